//! A connection of compio as the stream that the work reads and writes. An operation of io_uring
//! owns its buffer until it is complete, so bytes are copied out of it and into it.

use std::future::Future;
use std::io::{Error, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use compio::BufResult;
use compio::io::{AsyncRead as _, AsyncWrite as _};
use compio_send_wrapper::SendWrapper;
use futures_util::io::{AsyncRead, AsyncWrite};

/// Bytes that one read may bring: as many as the HTTP client asks for.
const READ_BYTES: usize = 16 * 1024;

/// A connection, used on the thread that opened it and nowhere else.
pub(crate) struct Stream<S>(Option<SendWrapper<Connection<S>>>);

struct Connection<S> {
    stream: S,
    reading: Half,
    /// How much of what was read has been given out.
    taken: usize,
    writing: Half,
}

/// One direction: the buffer, or the operation that has it.
enum Half {
    Idle(Vec<u8>),
    UnderWay(Operation),
}

type Operation = Pin<Box<dyn Future<Output = BufResult<usize, Vec<u8>>>>>;

impl Half {
    /// Goes on with the operation, if there is one; its outcome, and what it leaves behind.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<usize>> {
        let Self::UnderWay(operation) = self else {
            return Poll::Ready(Ok(0));
        };
        let BufResult(outcome, buffer) = ready!(operation.as_mut().poll(context));
        *self = Self::Idle(buffer);
        Poll::Ready(outcome)
    }

    /// The buffer, where no operation has it.
    fn buffer(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Self::Idle(buffer) => Some(buffer),
            Self::UnderWay(_) => None,
        }
    }
}

impl<S> Stream<S> {
    /// The stream over a connection of the calling thread's runtime.
    pub(crate) fn new(stream: S) -> Self {
        Self(Some(SendWrapper::new(Connection {
            stream,
            reading: Half::Idle(Vec::with_capacity(READ_BYTES)),
            taken: 0,
            writing: Half::Idle(Vec::new()),
        })))
    }

    fn connection(&mut self) -> Result<&mut Connection<S>> {
        let connection = self.0.as_mut().and_then(SendWrapper::get_mut);
        connection.ok_or_else(|| Error::other("a connection of another thread's runtime"))
    }
}

impl<S> Drop for Stream<S> {
    fn drop(&mut self) {
        // Only an abandoned run drops lanes elsewhere; the process, which ends then, closes the
        // connection.
        if let Some(connection) = self.0.take()
            && !connection.valid()
        {
            std::mem::forget(connection);
        }
    }
}

impl<S: Unpin + Clone + 'static> AsyncRead for Stream<S>
where
    for<'a> &'a S: compio::io::AsyncRead,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        let connection = self.connection()?;
        loop {
            let was_under_way = connection.reading.buffer().is_none();
            ready!(connection.reading.poll(context))?;
            let Some(read) = connection.reading.buffer() else {
                continue;
            };
            let rest = &read[connection.taken..];
            // An operation that brought nothing is the end of the stream.
            if !rest.is_empty() || was_under_way || buffer.is_empty() {
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                connection.taken += count;
                return Poll::Ready(Ok(count));
            }
            let (stream, mut into) = (connection.stream.clone(), std::mem::take(read));
            into.clear();
            connection.taken = 0;
            let operation = async move { (&stream).read(into).await };
            connection.reading = Half::UnderWay(Box::pin(operation));
        }
    }
}

impl<S: Unpin + Clone + 'static> AsyncWrite for Stream<S>
where
    for<'a> &'a S: compio::io::AsyncWrite,
{
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<Result<usize>> {
        let connection = self.connection()?;
        if let Some(idle) = connection.writing.buffer() {
            let (stream, mut from) = (connection.stream.clone(), std::mem::take(idle));
            from.clear();
            from.extend_from_slice(buffer);
            let operation = async move { (&stream).write(from).await };
            connection.writing = Half::UnderWay(Box::pin(operation));
        }
        connection.writing.poll(context)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        // A write is done when the kernel has its bytes.
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        // The connection is closed when the stream is dropped.
        self.poll_flush(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream as Blocking;

    use compio::net::UnixStream;
    use futures_util::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::ring::{Ring, cannot_start};

    /// Runs a future over io_uring, or tells that there is none here.
    fn over_io_uring(future: impl Future<Output = ()>) {
        match Ring::with_blocking(1).runtime() {
            Ok(runtime) => runtime.block_on(future),
            Err(error) => eprintln!("not tried: {}", cannot_start(error)),
        }
    }

    #[test]
    fn it_reads_in_small_pieces_what_came_at_once_and_then_the_end() {
        over_io_uring(async {
            let (ours, mut theirs) = Blocking::pair().unwrap();
            let mut stream = Stream::new(UnixStream::from_std(ours).unwrap());
            stream.write_all(b"a question").await.unwrap();
            let mut question = [0; 10];
            theirs.read_exact(&mut question).unwrap();
            assert_eq!(&question, b"a question");
            theirs.write_all(b"an answer").unwrap();
            drop(theirs);
            let (mut small, mut all) = ([0; 4], Vec::new());
            loop {
                match stream.read(&mut small).await.unwrap() {
                    0 => break,
                    count => all.extend_from_slice(&small[..count]),
                }
            }
            assert_eq!(all, b"an answer");
        });
    }

    #[test]
    fn a_stream_that_another_thread_has_is_an_error_there_and_does_no_harm() {
        over_io_uring(async {
            let (ours, _theirs) = Blocking::pair().unwrap();
            let mut stream = Stream::new(UnixStream::from_std(ours).unwrap());
            let elsewhere = std::thread::spawn(move || {
                let read = futures_lite::future::block_on(stream.read(&mut [0]));
                read.unwrap_err().to_string()
            });
            let text = elsewhere.join().unwrap();
            assert!(text.contains("another thread's runtime"), "{text}");
        });
    }
}
