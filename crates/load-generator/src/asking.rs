//! What is asked, as bytes, and what the answer must be.

use std::io::Write;
use std::net::SocketAddr;

use protocol::{LoadRequest, Question};
use workloads::http::{Reply, Response};
use workloads::serve::TASK_PATH;

use crate::error::{Error, Result};

/// The place in a path that stands for the number of the request.
const TASK: &str = "{task}";

/// What is asked.
#[derive(Debug)]
pub(crate) struct Asking {
    /// The request in pieces, between which the number of the task stands.
    pieces: Vec<String>,
    /// Bytes of every body; any number where there is none.
    bytes: Option<u64>,
    /// CRC-32 of every body, where all are alike.
    crc: Option<u32>,
}

impl Asking {
    /// What a request of the tool asks for: the tasks of a model, or what a server that is no model is asked.
    pub(crate) fn of(request: &LoadRequest) -> Result<Self> {
        let Some(serve) = &request.workload.serve else {
            let problem = "the workload is answered by nobody: its class is not `serve`";
            return Err(Error::Usage(problem.to_owned()));
        };
        Ok(match &request.asks {
            Some(Question { path, crc }) => Self {
                pieces: pieces(path, request.server),
                bytes: None,
                crc: crc.map(|crc| crc.0),
            },
            None => Self {
                pieces: pieces(&format!("{TASK_PATH}{TASK}"), request.server),
                bytes: Some(serve.bytes),
                crc: None,
            },
        })
    }

    /// Writes the request for a task over the contents of `buffer`.
    pub(crate) fn write(&self, buffer: &mut Vec<u8>, task: u64) {
        buffer.clear();
        for (number, piece) in self.pieces.iter().enumerate() {
            if number > 0 {
                // Writing into memory cannot fail.
                let _ = write!(buffer, "{task}");
            }
            buffer.extend_from_slice(piece.as_bytes());
        }
    }

    /// An answer of which nothing has come.
    pub(crate) fn response(&self) -> Response {
        self.bytes
            .map_or_else(Response::of_any_length, Response::new)
    }

    /// Holds an answer against what it must be.
    pub(crate) fn check(&self, task: u64, reply: Reply) -> Result<()> {
        match self.crc {
            Some(right) if right != reply.crc => Err(Error::Body {
                task,
                found: reply.crc,
                right,
            }),
            _ => Ok(()),
        }
    }
}

fn pieces(path: &str, server: SocketAddr) -> Vec<String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\n\r\n");
    request.split(TASK).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use protocol::Crc;

    use super::*;

    fn request(asks: Option<Question>) -> LoadRequest {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = 9\nin_flight = 2\nseed = 1\n\
            [serve]\nbytes = 12\n";
        LoadRequest {
            server: "127.0.0.1:80".parse().unwrap(),
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            tasks: 9,
            connections: 2,
            asks,
            digests: None,
            parent: 0,
        }
    }

    fn written(asking: &Asking, task: u64) -> String {
        let mut buffer = b"before".to_vec();
        asking.write(&mut buffer, task);
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn a_model_is_asked_for_a_task_and_any_other_server_what_its_file_says() {
        let asking = Asking::of(&request(None)).unwrap();
        let expected = "GET /task/17 HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n";
        assert_eq!(written(&asking, 17), expected);
        let path = "/a/{task}?n={task}".to_owned();
        let asks = Some(Question { path, crc: None });
        let other = Asking::of(&request(asks)).unwrap();
        let text = written(&other, 5);
        assert!(text.starts_with("GET /a/5?n=5 HTTP/1.1\r\n"), "{text}");
    }

    #[test]
    fn another_body_than_the_right_one_is_an_error() {
        let asks = Question {
            crc: Some(Crc(7)),
            ..Question::default()
        };
        let asking = Asking::of(&request(Some(asks))).unwrap();
        let reply = |crc| Reply {
            crc,
            keep_alive: true,
        };
        assert!(asking.check(3, reply(7)).is_ok());
        let error = asking.check(3, reply(8)).unwrap_err().to_string();
        let expected = "request 3: the CRC-32 of the body is 00000008 where 00000007 is right";
        assert_eq!(error, expected);
    }
}
