//! A PostgreSQL connection: it moves the bytes of exchanges. It never tries again: what fails is the
//! task's error.

use std::io::ErrorKind;

use bytes::BytesMut;
use futures_util::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use protocol::PostgresServer;

use super::codec::{Exchange, Frame, feed};
use super::command::{Command, Copy};
use super::error::PostgresError;
use super::startup::Startup;

/// Bytes that one read may bring, until a message needs more.
const BUFFER_BYTES: usize = 4 * 1024;
/// Rows per message of a copy.
const ROWS_AT_ONCE: u64 = 1000;

/// A connection to a server that has accepted us, used by one exchange at a time.
#[derive(Debug)]
pub struct PostgresConnection<S> {
    stream: S,
    buffer: Vec<u8>,
    filled: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> PostgresConnection<S> {
    /// Says who we are over an open connection, and proves it.
    ///
    /// # Errors
    /// When the server refuses, or speaks otherwise.
    pub async fn open(stream: S, server: &PostgresServer) -> Result<Self, PostgresError> {
        let (buffer, filled) = (vec![0; BUFFER_BYTES], 0);
        let mut connection = Self {
            stream,
            buffer,
            filled,
        };
        let mut request = BytesMut::new();
        let startup = Startup::begin(server, &mut request)?;
        connection.exchange(&request, startup).await?;
        Ok(connection)
    }

    /// Carries out commands; gives the first value of the last row, if there was one.
    ///
    /// # Errors
    /// The server's, and the connection's.
    pub async fn command(&mut self, text: &str) -> Result<Option<String>, PostgresError> {
        let mut request = BytesMut::new();
        let command = Command::begin(text, &mut request)?;
        self.exchange(&request, command).await
    }

    /// Fills a table with the content of the rows 1 to `rows`.
    ///
    /// # Errors
    /// The server's, and the connection's.
    pub async fn fill(&mut self, table: &str, rows: u64) -> Result<(), PostgresError> {
        let mut request = BytesMut::new();
        let copy = Copy::begin(table, &mut request)?;
        self.exchange(&request, copy).await?;
        let mut first = 1;
        // In several messages: one with a million rows would be beyond the protocol's length, and
        // all of it in memory.
        while first <= rows {
            let last = rows.min(first + ROWS_AT_ONCE - 1);
            request.clear();
            Copy::rows(first..=last, &mut request)?;
            self.send(&request).await?;
            first = last + 1;
        }
        request.clear();
        let copy = Copy::end(&mut request)?;
        self.exchange(&request, copy).await
    }

    /// Sends a request, and reads until its exchange is over.
    pub(super) async fn exchange<E: Exchange>(
        &mut self,
        request: &[u8],
        mut exchange: E,
    ) -> Result<E::Output, PostgresError> {
        self.send(request).await?;
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            let mut reply = BytesMut::new();
            if let Some(output) = self.take(read, &mut exchange, &mut reply)? {
                return Ok(output);
            }
            if !reply.is_empty() {
                self.send(&reply).await?;
            }
        }
    }

    /// A server says why before it hangs up, and who only sends does not hear it: where the
    /// connection turns out to be gone, what lies unread is the error.
    async fn send(&mut self, bytes: &[u8]) -> Result<(), PostgresError> {
        let Err(error) = self.stream.write_all(bytes).await else {
            return Ok(());
        };
        // On another error the server may be there still, and silent.
        let is_gone = matches!(
            error.kind(),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted
        );
        let words = if is_gone {
            self.last_words().await
        } else {
            None
        };
        Err(words.unwrap_or(PostgresError::Connection(error)))
    }

    async fn last_words(&mut self) -> Option<PostgresError> {
        let read = self.stream.read(&mut self.buffer[self.filled..]).await;
        self.filled += read.unwrap_or(0);
        let unread = &self.buffer[..self.filled];
        let words = feed(&mut LastWords, unread, &mut BytesMut::new()).err();
        words.filter(|error| matches!(error, PostgresError::Server(_)))
    }

    /// Feeds what a read has brought to the exchange.
    fn take<E: Exchange>(
        &mut self,
        read: usize,
        exchange: &mut E,
        reply: &mut BytesMut,
    ) -> Result<Option<E::Output>, PostgresError> {
        if read == 0 {
            return Err(PostgresError::EarlyEnd(exchange.due()));
        }
        self.filled += read;
        let (taken, output) = feed(exchange, &self.buffer[..self.filled], reply)?;
        self.buffer.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        if self.filled == self.buffer.len() {
            // No message is longer than `codec` allows, so this ends.
            self.buffer.resize(2 * self.filled, 0);
        }
        Ok(output)
    }
}

/// What nobody waits for: only an error of the server matters.
struct LastWords;

impl Exchange for LastWords {
    type Output = ();

    fn due(&self) -> &'static str {
        "the server's last words"
    }

    fn take(&mut self, _: &Frame<'_>, _: &mut BytesMut) -> Result<Option<()>, PostgresError> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use super::super::codec::tests::{error_message, message};
    use super::*;
    use crate::blocking::run_ready;

    /// A connection whose other end is gone, with something that was not read before.
    struct Gone {
        unread: Vec<u8>,
        error: ErrorKind,
    }

    impl AsyncRead for Gone {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            into: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            let count = into.len().min(self.unread.len());
            into[..count].copy_from_slice(&self.unread[..count]);
            self.unread.drain(..count);
            Poll::Ready(Ok(count))
        }
    }

    impl AsyncWrite for Gone {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &[u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Ready(Err(self.error.into()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// A connection that has been accepted, and was lost later.
    fn lost(unread: Vec<u8>, error: ErrorKind) -> PostgresConnection<Gone> {
        PostgresConnection {
            stream: Gone { unread, error },
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
        }
    }

    fn ended() -> Vec<u8> {
        let fields = [(b'S', "FATAL"), (b'C', "57P01"), (b'M', "ending")];
        [message(b'N', b"\0"), error_message(&fields)].concat()
    }

    #[test]
    fn the_last_words_of_a_server_are_the_error() {
        let told = |error: PostgresError| error.to_string();
        let mut connection = lost(ended(), ErrorKind::BrokenPipe);
        let error = run_ready(connection.command("SELECT 1")).unwrap_err();
        assert_eq!(told(error), "the server says FATAL 57P01: ending");
        // Half of them came earlier, behind an answer.
        let (first, rest) = (ended()[..9].to_vec(), ended()[9..].to_vec());
        let mut connection = lost(rest, ErrorKind::ConnectionReset);
        connection.buffer[..first.len()].copy_from_slice(&first);
        connection.filled = first.len();
        let error = run_ready(connection.fill("rows", 1)).unwrap_err();
        assert_eq!(told(error), "the server says FATAL 57P01: ending");
    }

    #[test]
    fn without_last_words_the_error_is_the_connections() {
        for unread in [Vec::new(), message(b'Z', b"I"), b"HTTP/1.1 400 ".to_vec()] {
            let mut connection = lost(unread, ErrorKind::BrokenPipe);
            let error = run_ready(connection.command("SELECT 1")).unwrap_err();
            assert!(matches!(error, PostgresError::Connection(_)), "{error}");
        }
        // Nothing is waited for where the other end may be there.
        let mut connection = lost(ended(), ErrorKind::TimedOut);
        let error = run_ready(connection.command("SELECT 1")).unwrap_err();
        assert!(matches!(error, PostgresError::Connection(_)), "{error}");
    }
}
