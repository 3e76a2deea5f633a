//! A connection to a server whose answer is known beforehand and arrives in pieces.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::io::{AsyncRead, AsyncWrite};

/// Most bytes that a client may offer room for in one read.
const MOST_ROOM: usize = 4 << 20;

/// A connection that takes everything and gives an answer, piece by piece, and then its end.
#[derive(Debug)]
pub(crate) struct Pieces {
    pieces: std::vec::IntoIter<Vec<u8>>,
    rest: Vec<u8>,
}

/// Cuts bytes into pieces of these sizes, again and again.
pub(crate) fn cut<'a>(mut bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at(bytes.len().min(*size));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

impl Pieces {
    pub(crate) fn new(bytes: &[u8], sizes: &[usize]) -> Self {
        let pieces: Vec<Vec<u8>> = cut(bytes, sizes).into_iter().map(<[u8]>::to_vec).collect();
        Self {
            pieces: pieces.into_iter(),
            rest: Vec::new(),
        }
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        assert!((1..MOST_ROOM).contains(&into.len()), "{} bytes", into.len());
        if self.rest.is_empty() {
            self.rest = self.pieces.next().unwrap_or_default();
        }
        let count = into.len().min(self.rest.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(from.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
