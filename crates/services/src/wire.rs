//! A socket that never blocks, and what is known of it between events.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// The socket of one connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    /// Whether there may be something to read.
    readable: bool,
    /// Whether an end follows what is there to read.
    ended: bool,
}

/// What one read of a socket gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// So many bytes, and perhaps more.
    Bytes(usize),
    /// Nothing; an event will tell of more.
    Nothing,
    /// The other side sends no more.
    End,
}

impl Wire {
    /// A socket that does not block, whose events are yet to come.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            readable: false,
            ended: false,
        }
    }

    /// Takes note of an event.
    pub fn note(&mut self, readable: bool, ended: bool) {
        self.readable |= readable;
        self.ended |= ended;
    }

    /// Reads once. A buffer that is not filled holds all there was, so that no second call is
    /// spent on learning so; only where an end has been told of must it be read, too.
    ///
    /// # Errors
    /// When the connection has failed.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<Received> {
        while self.readable {
            match self.stream.read(buffer) {
                Ok(0) => return Ok(Received::End),
                Ok(found) => {
                    self.readable = self.ended || found == buffer.len();
                    return Ok(Received::Bytes(found));
                }
                Err(error) => self.after(error)?,
            }
        }
        Ok(Received::Nothing)
    }

    /// Writes once and says how much was taken; where that is not all, an event will tell of room.
    ///
    /// # Errors
    /// When the connection has failed.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.stream.write(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
                written => return written,
            }
        }
    }

    /// Says that nothing more will be sent.
    ///
    /// # Errors
    /// When the connection has failed.
    pub fn end(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Whether an end has been noted, even if bytes before it are still to be read.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.ended
    }

    /// Makes the close a reset. The side of a connection that ends it first waits for a minute with its port taken (`TIME_WAIT`), so that a
    /// client which opens many would find fewer ports free, and search longer for one, the more it opened before; a reset ends that.
    ///
    /// # Errors
    /// When the connection has failed.
    pub fn reset_on_close(&mut self) -> io::Result<()> {
        rustix::net::sockopt::set_socket_linger(&self.stream, Some(Duration::ZERO))?;
        Ok(())
    }

    fn after(&mut self, error: io::Error) -> io::Result<()> {
        match error.kind() {
            ErrorKind::Interrupted => Ok(()),
            ErrorKind::WouldBlock => {
                self.readable = false;
                Ok(())
            }
            _ => Err(error),
        }
    }
}
