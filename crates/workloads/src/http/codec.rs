//! The HTTP/1.1 codec, without I/O: a request is written into a buffer, a response is fed in pieces
//! of any size.

use std::io::Write;

use protocol::HttpGet;

/// Most bytes that the head of a response may take.
const MAX_HEAD: usize = 8 * 1024;
/// Most header lines.
const MAX_HEADERS: usize = 32;

/// What a response may not do.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The connection failed while a response was due.
    #[error("connection: {0}")]
    Connection(#[from] std::io::Error),
    /// The connection ended within a response.
    #[error("the connection ended after {got} bytes of {of}")]
    EarlyEnd {
        /// What was being read.
        of: &'static str,
        /// How much of it had come.
        got: u64,
    },
    /// The head is not HTTP/1.1.
    #[error("malformed response head: {0}")]
    Malformed(String),
    /// Another status than 200.
    #[error("status {0}")]
    Status(u16),
    /// The body has another length than was asked for.
    #[error("a body of {found} bytes instead of {expected}")]
    Length {
        /// What `Content-Length` says.
        found: u64,
        /// What the workload asks for.
        expected: u64,
    },
    /// The server will close a connection that is kept.
    #[error("the server closes the connection after a response")]
    Closes,
    /// Bytes that belong to no request.
    #[error("{0} bytes after the response")]
    Surplus(usize),
}

/// The path that asks the origin for a body: its size, its injected latency in nanoseconds, and
/// the key of its contents.
#[must_use]
pub fn target(get: &HttpGet, key: u64) -> String {
    format!("/body/{}/{}/{key:016x}", get.bytes, get.latency.as_nanos())
}

/// Writes a GET for [`target`] over the contents of `buffer`.
pub fn write_request(buffer: &mut Vec<u8>, host: &str, get: &HttpGet, key: u64) {
    buffer.clear();
    let (bytes, nanos) = (get.bytes, get.latency.as_nanos());
    // Not by `target`, which would allocate a string for every request. Writing into memory cannot
    // fail.
    let _ = write!(
        buffer,
        "GET /body/{bytes}/{nanos}/{key:016x} HTTP/1.1\r\nHost: {host}\r\n\r\n"
    );
}

/// What a whole response came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// CRC-32 of the body.
    pub crc: u32,
    /// Whether the connection may be used again.
    pub keep_alive: bool,
}

/// A response on its way in: bytes in, at the end a [`Reply`] out.
#[derive(Debug)]
pub struct Response {
    /// Bytes of its body; any number where there is none.
    expected: Option<u64>,
    state: State,
}

#[derive(Debug)]
enum State {
    Head,
    Body {
        announced: u64,
        left: u64,
        crc: crc32fast::Hasher,
        keep_alive: bool,
    },
    Complete(Reply),
}

impl Response {
    /// A response whose body must have this many bytes.
    #[must_use]
    pub fn new(expected: u64) -> Self {
        Self {
            expected: Some(expected),
            state: State::Head,
        }
    }

    /// A response whose body may have any number of bytes.
    #[must_use]
    pub fn of_any_length() -> Self {
        Self {
            expected: None,
            state: State::Head,
        }
    }

    /// Takes what it can of `bytes` and says how many; the rest must come again, with more behind
    /// it.
    ///
    /// # Errors
    /// When the bytes are not the response that was asked for.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<usize, HttpError> {
        let mut taken = 0;
        // Both parts in one call: as a rule head and body come in one read.
        if matches!(self.state, State::Head) {
            match self.read_head(bytes)? {
                Some(head) => taken = head,
                None => return Ok(0),
            }
        }
        if let State::Body {
            left,
            crc,
            keep_alive,
            ..
        } = &mut self.state
        {
            let here = (bytes.len() - taken).min(usize::try_from(*left).unwrap_or(usize::MAX));
            crc.update(&bytes[taken..taken + here]);
            *left -= here as u64;
            taken += here;
            if *left == 0 {
                let reply = Reply {
                    crc: crc.clone().finalize(),
                    keep_alive: *keep_alive,
                };
                self.state = State::Complete(reply);
            }
        }
        Ok(taken)
    }

    /// The reply, once all of it has come.
    #[must_use]
    pub fn complete(&self) -> Option<Reply> {
        match self.state {
            State::Complete(reply) => Some(reply),
            _ => None,
        }
    }

    /// The error that an end of file means now, with `pending` bytes not yet taken.
    #[must_use]
    pub fn early_end(&self, pending: usize) -> HttpError {
        match &self.state {
            State::Body {
                announced, left, ..
            } => HttpError::EarlyEnd {
                of: "the body",
                got: announced - left,
            },
            _ => HttpError::EarlyEnd {
                of: "the head",
                got: pending as u64,
            },
        }
    }

    fn read_head(&mut self, bytes: &[u8]) -> Result<Option<usize>, HttpError> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let parsed = head
            .parse(bytes)
            .map_err(|e| HttpError::Malformed(e.to_string()))?;
        // A head is parsed from its beginning each time: nearly all come whole, and a parser that
        // goes on would cost every response for the sake of a few.
        let httparse::Status::Complete(length) = parsed else {
            if bytes.len() >= MAX_HEAD {
                return Err(too_long());
            }
            return Ok(None);
        };
        // A head that comes whole with one read was never seen in part.
        if length > MAX_HEAD {
            return Err(too_long());
        }
        let status = head.code.unwrap_or(0);
        if status != 200 {
            return Err(HttpError::Status(status));
        }
        let announced = content_length(head.headers)?;
        if let Some(expected) = self.expected
            && announced != expected
        {
            return Err(HttpError::Length {
                found: announced,
                expected,
            });
        }
        let keep_alive = head.version == Some(1) && !closes(head.headers);
        self.state = State::Body {
            announced,
            left: announced,
            crc: crc32fast::Hasher::new(),
            keep_alive,
        };
        Ok(Some(length))
    }
}

fn too_long() -> HttpError {
    HttpError::Malformed(format!("longer than {MAX_HEAD} bytes"))
}

fn content_length(headers: &[httparse::Header<'_>]) -> Result<u64, HttpError> {
    // Chunked bodies are not read: the origin knows every length beforehand, and decoding would be
    // work that all models pay for nothing.
    let header = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let text = header.and_then(|header| std::str::from_utf8(header.value).ok());
    // `parse` alone would take a sign too.
    text.map(str::trim)
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| HttpError::Malformed("no usable Content-Length".to_owned()))
}

fn closes(headers: &[httparse::Header<'_>]) -> bool {
    let mut of_connection = headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("connection"));
    of_connection.any(|header| header.value.eq_ignore_ascii_case(b"close"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

    fn feed_split(bytes: &[u8], at: usize) -> Result<Response, HttpError> {
        let mut response = Response::new(5);
        let taken = response.feed(&bytes[..at])?;
        response.feed(&bytes[taken..])?;
        Ok(response)
    }

    #[test]
    fn a_response_may_be_split_at_every_byte() {
        for at in 0..=WHOLE.len() {
            let reply = feed_split(WHOLE, at).unwrap().complete().unwrap();
            assert_eq!(
                reply,
                Reply {
                    crc: crc32fast::hash(b"hello"),
                    keep_alive: true
                }
            );
        }
    }

    #[test]
    fn an_early_end_says_how_far_it_came() {
        let mut response = Response::new(5);
        assert!(matches!(
            response.early_end(3),
            HttpError::EarlyEnd {
                of: "the head",
                got: 3
            }
        ));
        response.feed(&WHOLE[..WHOLE.len() - 2]).unwrap();
        assert!(matches!(
            response.early_end(0),
            HttpError::EarlyEnd {
                of: "the body",
                got: 3
            }
        ));
    }

    #[test]
    fn what_was_not_asked_for_is_an_error() {
        let refused = |text: &[u8]| Response::new(5).feed(text).unwrap_err().to_string();
        assert_eq!(refused(b"HTTP/1.1 503 Busy\r\n\r\n"), "status 503");
        let longer = refused(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n");
        assert_eq!(longer, "a body of 6 bytes instead of 5");
        assert!(refused(b"HTTP/1.1 200 OK\r\n\r\n").contains("Content-Length"));
        assert!(refused(b"SSH-2.0\r\n\r\n").contains("malformed"));
        assert!(
            refused(b"HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n").contains("Content-Length")
        );
        let long = [b"HTTP/1.1 200 OK\r\nx: ", vec![b'x'; MAX_HEAD].as_slice()].concat();
        assert!(refused(&long).contains("longer"));
        let whole = [&long, &b"\r\ncontent-length: 5\r\n\r\n"[..]].concat();
        assert!(refused(&whole).contains("longer"));
    }

    #[test]
    fn a_body_may_have_any_length_where_none_is_expected() {
        let mut response = Response::of_any_length();
        assert_eq!(response.feed(WHOLE).unwrap(), WHOLE.len());
        let crc = crc32fast::hash(b"hello");
        assert_eq!(response.complete().unwrap().crc, crc);
    }

    #[test]
    fn a_closing_server_is_noticed() {
        let text = b"HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 5\r\n\r\nhello";
        assert!(!feed_split(text, 9).unwrap().complete().unwrap().keep_alive);
    }
}
