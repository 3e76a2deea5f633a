//! The GET that the twins share: its request as text, and its response in a buffer. It uses nothing
//! of the `Io` seam, the lanes or the sans-I/O codec, whose cost the twins are there to show.

use std::io::Write;
use std::net::SocketAddr;

use runner::protocol::{Connection, Setup, Step};
use runner::{Error, Result};
use workloads::{Task, digest};

/// Room for a whole response, because no twin reads a body in pieces.
pub(crate) const BUFFER_BYTES: usize = 16 * 1024;
/// The largest body that fits beside the head, which is some hundred bytes.
const MOST_BODY_BYTES: u64 = 15 * 1024;

/// The one GET that every task makes.
#[derive(Clone)]
pub(crate) struct Get {
    pub(crate) origin: SocketAddr,
    bytes: u64,
    /// The latency that the origin adds, in nanoseconds.
    nanos: u128,
}

impl Get {
    /// The GET of a workload that consists of nothing else.
    pub(crate) fn of(setup: &Setup) -> Result<Self> {
        match (setup.workload.steps.as_slice(), setup.endpoints.origin) {
            ([Step::HttpGet(get)], Some(origin))
                if get.connection == Connection::KeepAlive && get.bytes <= MOST_BODY_BYTES =>
            {
                Ok(Self {
                    origin,
                    bytes: get.bytes,
                    nanos: get.latency.as_nanos(),
                })
            }
            _ => Err(Error::Unsupported(
                "this twin does only one http-get of 15 KiB at most over kept connections"
                    .to_owned(),
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
            .find(|header| header.name.eq_ignore_ascii_case("content-length"))
            .and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<u64>().ok());
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use benches::{setup, workload};
    use runner::protocol::{HttpGet, InFlight};

    use super::*;

    fn of(bytes: u64, connection: Connection, times: usize) -> Result<Get> {
        let get = Step::HttpGet(HttpGet {
            bytes,
            latency: Duration::ZERO,
            connection,
        });
        let mut setup = setup(&workload("get", 1, InFlight::Lanes(1), vec![get; times]));
        setup.endpoints.origin = Some(([127, 0, 0, 1], 1).into());
        Get::of(&setup)
    }

    #[test]
    fn a_twin_refuses_what_it_would_do_otherwise_than_it_is_asked() {
        assert!(of(15 * 1024, Connection::KeepAlive, 1).is_ok());
        for refused in [
            of(15 * 1024 + 1, Connection::KeepAlive, 1),
            of(100, Connection::New, 1),
            of(100, Connection::KeepAlive, 2),
        ] {
            assert!(matches!(refused, Err(Error::Unsupported(_))));
        }
    }
}
