//! A client of a program that serves, which can stop in the middle of a request.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::cases::PATIENCE;

/// More than any head of an answer has.
const MOST_HEAD: usize = 16 * 1024;
/// The most bytes of a body that are waited for.
const MOST_BODY: usize = 1 << 20;

/// A connection to the program.
pub(crate) struct Client {
    stream: TcpStream,
    /// What has come of answers that were not taken yet.
    received: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Whether it says that its connection ends with it.
    pub(crate) closes: bool,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// What the system says, in words.
    pub(crate) fn connect(to: SocketAddr) -> Result<Client, String> {
        let opened = TcpStream::connect_timeout(&to, PATIENCE).and_then(|stream| {
            stream.set_nodelay(true)?;
            stream.set_write_timeout(Some(PATIENCE))?;
            Ok(stream)
        });
        let stream = opened.map_err(|error| format!("no connection to {to}: {error}"))?;
        Ok(Client {
            stream,
            received: Vec::new(),
        })
    }

    /// Sends some bytes, a whole request or a part of one.
    ///
    /// # Errors
    /// What the system says, in words.
    pub(crate) fn send(&mut self, text: &str) -> Result<(), String> {
        let sent = self.stream.write_all(text.as_bytes());
        sent.map_err(|error| format!("a request cannot be sent: {error}"))
    }

    /// The next answer.
    ///
    /// # Errors
    /// That none comes, or what is wrong with it, in words.
    pub(crate) fn answer(&mut self) -> Result<Answer, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some((answer, length)) = parse(&self.received)? {
                self.received.drain(..length);
                return Ok(answer);
            }
            self.read(deadline)?;
        }
    }

    /// Asks for a task, and takes the answer.
    ///
    /// # Errors
    /// Those of [`Client::send`] and [`Client::answer`].
    pub(crate) fn ask(&mut self, task: u64) -> Result<Answer, String> {
        self.send(&request(task))?;
        self.answer()
    }

    fn read(&mut self, deadline: Instant) -> Result<(), String> {
        let left = deadline.saturating_duration_since(Instant::now());
        // A time-out of none is refused by the system.
        let patience = left.max(Duration::from_millis(1));
        let mut piece = [0; 4096];
        let read = self
            .stream
            .set_read_timeout(Some(patience))
            .and_then(|()| self.stream.read(&mut piece));
        match read {
            Ok(0) => Err("the end of the connection where an answer was due".to_owned()),
            Ok(read) => {
                self.received.extend_from_slice(&piece[..read]);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(format!("no answer within {} s", PATIENCE.as_secs()))
            }
            Err(error) => Err(format!("no answer: {error}")),
        }
    }
}

/// The request for a task, as the load generator writes it.
pub(crate) fn request(task: u64) -> String {
    format!("GET /task/{task} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
}

/// The first answer of these bytes and its length, once all of it is there.
fn parse(received: &[u8]) -> Result<Option<(Answer, usize)>, String> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return match received.len() {
            0..MOST_HEAD => Ok(None),
            _ => Err(format!("no end of a head within {MOST_HEAD} bytes")),
        };
    };
    let head = String::from_utf8_lossy(&received[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let code = first
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let Some(status) = code.and_then(|code| code.parse().ok()) else {
        return Err(format!("an answer that begins with {first:?}"));
    };
    let fields: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .collect();
    let length = value_of(&fields, "content-length").and_then(|text| text.parse().ok());
    let Some(length) = length.filter(|length: &usize| *length <= MOST_BODY) else {
        return Err("an answer without a `Content-Length` that can be".to_owned());
    };
    let whole = end + 4 + length;
    Ok(received.get(end + 4..whole).map(|body| {
        let connection = value_of(&fields, "connection");
        let closes = connection.is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let answer = Answer {
            status,
            closes,
            body: body.to_vec(),
        };
        (answer, whole)
    }))
}

/// The value of the first field of this name, which is in lower case.
fn value_of<'a>(fields: &[(String, &'a str)], name: &str) -> Option<&'a str> {
    let found = fields.iter().find(|(its_name, _)| its_name == name);
    found.map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_once_all_of_it_is_there() {
        let text = b"HTTP/1.1 200 OK\r\nX: y\r\ncontent-length: 2\r\n\r\nabHTTP/1.1 404";
        for length in 0..text.len() - 12 {
            assert_eq!(parse(&text[..length]), Ok(None), "{length}");
        }
        let (answer, length) = parse(text).unwrap().unwrap();
        assert_eq!((answer.status, answer.closes), (200, false));
        assert_eq!(
            (answer.body.as_slice(), length),
            (&b"ab"[..], text.len() - 12)
        );
        let last = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n";
        assert!(parse(last).unwrap().unwrap().0.closes);
    }

    #[test]
    fn what_is_no_answer_is_told() {
        let problem = |text: &[u8]| parse(text).unwrap_err();
        assert!(problem(b"hello\r\n\r\n").contains("begins with \"hello\""));
        assert!(problem(b"HTTP/1.1 200 OK\r\n\r\n").contains("without a `Content-Length`"));
        assert!(problem(&[b'x'; MOST_HEAD]).contains("no end of a head"));
    }
}
