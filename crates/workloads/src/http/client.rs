//! The HTTP client: it moves the codec's bytes over a connection. It never retries: what fails is
//! the task's error.

use futures_util::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use protocol::{Connection, HttpGet};

use super::codec::{HttpError, Reply, Response, write_request};

/// Bytes that one read may bring.
const BUFFER_BYTES: usize = 16 * 1024;

/// One connection to the origin, used by one task at a time. What a response needs on its way in is
/// kept here and not in the future of [`HttpClient::get`], which every task in flight carries.
#[derive(Debug)]
pub struct HttpClient<S> {
    stream: S,
    host: String,
    request: Vec<u8>,
    response: Response,
    buffer: Box<[u8]>,
    filled: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> HttpClient<S> {
    /// A client over an open connection to `host`.
    pub fn new(stream: S, host: &str) -> Self {
        let (host, request) = (host.to_owned(), Vec::with_capacity(256));
        let buffer = vec![0; BUFFER_BYTES].into_boxed_slice();
        Self {
            stream,
            host,
            request,
            response: Response::new(0),
            buffer,
            filled: 0,
        }
    }

    /// One GET: sends it, reads the whole response, and gives the CRC-32 of the body.
    ///
    /// # Errors
    /// Whatever is not the response that was asked for.
    pub async fn get(&mut self, get: &HttpGet, key: u64) -> Result<u32, HttpError> {
        write_request(&mut self.request, &self.host, get, key);
        self.response = Response::new(get.bytes);
        self.stream.write_all(&self.request).await?;
        // Whatever an earlier response left would be an error there already, so the buffer is empty.
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            if let Some(reply) = self.take(read)? {
                if !reply.keep_alive && get.connection == Connection::KeepAlive {
                    return Err(HttpError::Closes);
                }
                return Ok(reply.crc);
            }
        }
    }

    /// Feeds what a read has brought to the response; its reply, once it is whole.
    fn take(&mut self, read: usize) -> Result<Option<Reply>, HttpError> {
        if read == 0 {
            return Err(self.response.early_end(self.filled));
        }
        self.filled += read;
        let taken = self.response.feed(&self.buffer[..self.filled])?;
        // Only a part of a head is ever kept, so this moves a few bytes at most.
        self.buffer.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        match self.response.complete() {
            // Nobody has asked for more yet: these bytes would be taken for the next response.
            Some(_) if self.filled > 0 => Err(HttpError::Surplus(self.filled)),
            reply => Ok(reply),
        }
    }
}
