//! Moves the bytes of exchanges over a connection. Never tries again: what fails is the task's
//! error.

use bytes::BytesMut;
use futures_util::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use protocol::PostgresServer;

use super::codec::{Exchange, feed};
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
        while first <= rows {
            let last = rows.min(first + ROWS_AT_ONCE - 1);
            request.clear();
            Copy::rows(first..=last, &mut request)?;
            self.stream.write_all(&request).await?;
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
        self.stream.write_all(request).await?;
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            let mut reply = BytesMut::new();
            if let Some(output) = self.take(read, &mut exchange, &mut reply)? {
                return Ok(output);
            }
            if !reply.is_empty() {
                self.stream.write_all(&reply).await?;
            }
        }
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
