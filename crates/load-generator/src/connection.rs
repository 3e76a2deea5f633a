//! One connection, which is kept: a request out, its answer in.

use std::net::{SocketAddr, TcpStream};

use runner::Arrival;
use services::readiness::Event;
use services::wire::{Received, Wire};
use workloads::http::{HttpError, Reply, Response};

use crate::asking::Asking;
use crate::error::{Error, Result};

/// Bytes that one read may bring.
const BUFFER_BYTES: usize = 16 * 1024;
/// Most characters of what a server says of a request that it did not carry out.
const MOST_SAID: usize = 300;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    wire: Wire,
    /// The request, and how much of it the socket has taken.
    request: Vec<u8>,
    sent: usize,
    response: Response,
    input: Box<[u8]>,
    filled: usize,
    asked: Option<Asked>,
}

/// A request that is not answered yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) arrival: Arrival,
    pub(crate) sent_ns: u64,
}

impl Connection {
    /// Opens a connection, and returns its socket, which can then be waited for.
    pub(crate) fn open(number: usize, server: SocketAddr) -> Result<TcpStream> {
        let opened = TcpStream::connect(server).and_then(|stream| {
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            Ok(stream)
        });
        opened.map_err(|source| Error::Connect {
            number,
            server,
            source,
        })
    }

    /// A connection that has asked nothing yet.
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            wire: Wire::new(stream),
            request: Vec::new(),
            sent: 0,
            response: Response::of_any_length(),
            input: vec![0; BUFFER_BYTES].into_boxed_slice(),
            filled: 0,
            asked: None,
        }
    }

    /// Sends the request for a task.
    pub(crate) fn ask(&mut self, asking: &Asking, asked: Asked) -> Result<()> {
        asking.write(&mut self.request, asked.arrival.task.index);
        self.response = asking.response();
        self.sent = 0;
        self.asked = Some(asked);
        self.send().map_err(|error| self.wrong(error))
    }

    /// Takes note of an event, and returns the answer once it is whole.
    pub(crate) fn on_event(&mut self, event: Event) -> Result<Option<(Asked, Reply)>> {
        self.wire.note(event.readable, event.ended);
        let received = self.send().and_then(|()| self.receive());
        let Some(reply) = received.map_err(|error| self.wrong(error))? else {
            return Ok(None);
        };
        Ok(self.asked.take().map(|asked| (asked, reply)))
    }

    /// Sends what the socket takes of the request.
    fn send(&mut self) -> std::result::Result<(), HttpError> {
        if self.sent < self.request.len() {
            self.sent += self.wire.write(&self.request[self.sent..])?;
        }
        Ok(())
    }

    /// Reads what has come.
    fn receive(&mut self) -> std::result::Result<Option<Reply>, HttpError> {
        loop {
            match self.wire.read(&mut self.input[self.filled..])? {
                Received::Nothing => return Ok(None),
                Received::End => return Err(self.response.early_end(self.filled)),
                Received::Bytes(read) => {
                    self.filled += read;
                    if self.asked.is_none() {
                        return Err(HttpError::Surplus(read));
                    }
                }
            }
            if let Some(reply) = self.take()? {
                return Ok(Some(reply));
            }
        }
    }

    /// Feeds what was read to the response, and returns the reply once it is whole.
    fn take(&mut self) -> std::result::Result<Option<Reply>, HttpError> {
        let taken = self.response.feed(&self.input[..self.filled])?;
        self.input.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        match self.response.complete() {
            Some(_) if self.filled > 0 => Err(HttpError::Surplus(self.filled)),
            Some(reply) if !reply.keep_alive => Err(HttpError::Closes),
            reply => Ok(reply),
        }
    }

    fn wrong(&self, source: HttpError) -> Error {
        let Some(asked) = self.asked else {
            return Error::Unasked(source);
        };
        let said = match source {
            HttpError::Status(_) => said(&self.input[..self.filled]),
            _ => String::new(),
        };
        Error::Answer {
            task: asked.arrival.task.index,
            source,
            said,
        }
    }
}

/// What a server says in the body of an answer, as far as it has come, after a colon.
fn said(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let line = body.trim().lines().next().unwrap_or_default();
    if line.is_empty() {
        return String::new();
    }
    format!(": {}", line.chars().take(MOST_SAID).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_an_error_is_told() {
        let answer = b"HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\ntask 3: panicked\nmore";
        assert_eq!(said(answer), ": task 3: panicked");
        assert_eq!(said(b"HTTP/1.1 500 x\r\n\r\n"), "");
        assert_eq!(said(b"HTTP/1.1 500"), "");
    }
}
