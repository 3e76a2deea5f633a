//! Moves the codec's bytes over a connection. Never retries: what fails is the task's error.

use futures_util::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use protocol::{Connection, HttpGet};

use super::codec::{HttpError, Reply, Response, write_request};

/// Bytes that one read may bring.
const BUFFER_BYTES: usize = 16 * 1024;

/// One connection to the origin, used by one task at a time.
#[derive(Debug)]
pub struct HttpClient<S> {
    stream: S,
    host: String,
    request: Vec<u8>,
    buffer: Box<[u8]>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> HttpClient<S> {
    /// A client over an open connection to `host`.
    pub fn new(stream: S, host: &str) -> Self {
        let buffer = vec![0; BUFFER_BYTES].into_boxed_slice();
        Self {
            stream,
            host: host.to_owned(),
            request: Vec::with_capacity(256),
            buffer,
        }
    }

    /// One GET: sends it, reads the whole response, and gives the CRC-32 of the body.
    ///
    /// # Errors
    /// Whatever is not the response that was asked for.
    pub async fn get(&mut self, get: &HttpGet, key: u64) -> Result<u32, HttpError> {
        write_request(&mut self.request, &self.host, get, key);
        self.stream.write_all(&self.request).await?;
        let reply = self.read_response(get.bytes).await?;
        if !reply.keep_alive && get.connection == Connection::KeepAlive {
            return Err(HttpError::Closes);
        }
        Ok(reply.crc)
    }

    async fn read_response(&mut self, expected: u64) -> Result<Reply, HttpError> {
        let mut response = Response::new(expected);
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err(response.early_end(filled));
            }
            filled += read;
            let taken = response.feed(&self.buffer[..filled])?;
            self.buffer.copy_within(taken..filled, 0);
            filled -= taken;
            if let Some(reply) = response.complete() {
                return if filled == 0 {
                    Ok(reply)
                } else {
                    Err(HttpError::Surplus(filled))
                };
            }
        }
    }
}
