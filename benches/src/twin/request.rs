//! What the twins share: the request as text, and the end of a response in a buffer. Nothing of
//! the seam, the lanes or the sans-I/O codec.

use std::io::Write;
use std::net::SocketAddr;

use runner::protocol::{Setup, Step};
use runner::{Error, Result};
use workloads::{Task, digest};

/// The one GET that every task makes.
#[derive(Clone)]
pub(crate) struct Get {
    pub(crate) origin: SocketAddr,
    bytes: u64,
    nanos: u128,
}

impl Get {
    /// The GET of a workload that consists of nothing else.
    pub(crate) fn of(setup: &Setup) -> Result<Self> {
        match (setup.workload.steps.as_slice(), setup.endpoints.origin) {
            ([Step::HttpGet(get)], Some(origin)) => Ok(Self {
                origin,
                bytes: get.bytes,
                nanos: get.latency.as_nanos(),
            }),
            _ => Err(Error::Unsupported(
                "twins do only workloads of one http-get".to_owned(),
            )),
        }
    }

    /// Writes the request of a task into an empty buffer.
    pub(crate) fn write(&self, task: &Task, buffer: &mut Vec<u8>) {
        buffer.clear();
        let Self {
            origin,
            bytes,
            nanos,
        } = self;
        let key = task.step_seed(0);
        // Writing into memory cannot fail.
        let _ = write!(
            buffer,
            "GET /body/{bytes}/{nanos}/{key:016x} HTTP/1.1\r\nHost: {origin}\r\n\r\n"
        );
    }

    /// The task's digest, if the whole response is there.
    pub(crate) fn read(&self, response: &[u8]) -> std::io::Result<Option<u64>> {
        let mut headers = [httparse::EMPTY_HEADER; 16];
        let mut head = httparse::Response::new(&mut headers);
        let parsed = head.parse(response).map_err(std::io::Error::other)?;
        let httparse::Status::Complete(start) = parsed else {
            return Ok(None);
        };
        let length = head
            .headers
            .iter()
            .find(|h| h.name.eq_ignore_ascii_case("content-length"));
        let length = length.and_then(|h| std::str::from_utf8(h.value).ok()?.parse::<u64>().ok());
        if head.code != Some(200) || length != Some(self.bytes) {
            return Err(std::io::Error::other("not the response that was asked for"));
        }
        let body = &response[start..];
        if (body.len() as u64) < self.bytes {
            return Ok(None);
        }
        Ok(Some(digest::of_task([u64::from(crc32fast::hash(body))])))
    }
}

/// The error of a twin.
pub(crate) fn failed(error: std::io::Error) -> Error {
    Error::io("the twin's connection", error)
}
