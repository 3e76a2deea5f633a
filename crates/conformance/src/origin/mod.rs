//! An HTTP origin within this process: it counts what it is asked, and can be told to misbehave.

mod answer;
mod content;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use answer::{Fault, answer};
use protocol::{LISTEN, listening_address};

pub(crate) use answer::Fault as OriginFault;
pub(crate) use content::{body_of_task, step_seed};

/// A running origin. Dropping it stops it.
pub(crate) struct Origin {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What its threads share.
struct Shared {
    /// How many requests are answered rightly before the fault shows.
    right: u64,
    fault: Option<Fault>,
    asked: AtomicU64,
    log: Mutex<Vec<Asked>>,
    connections: AtomicU64,
    over: AtomicBool,
}

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The number of its connection, from 0.
    pub(crate) connection: u64,
    pub(crate) path: String,
}

impl Origin {
    /// An origin that answers `right` requests rightly and then shows this fault.
    pub(crate) fn start(right: u64, fault: Option<Fault>) -> std::io::Result<Origin> {
        let named = std::env::var(LISTEN).ok();
        let host = listening_address(named.as_deref()).map_err(std::io::Error::other)?;
        let listener = TcpListener::bind((host, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            right,
            fault,
            asked: AtomicU64::new(0),
            log: Mutex::default(),
            connections: AtomicU64::new(0),
            over: AtomicBool::new(false),
        });
        let origin = Origin {
            address,
            shared: Arc::clone(&shared),
        };
        std::thread::Builder::new()
            .name("origin".to_owned())
            .spawn(move || accept(&listener, &shared))?;
        Ok(origin)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> u64 {
        self.shared.connections.load(SeqCst)
    }

    /// All requests so far, in their order.
    pub(crate) fn log(&self) -> Vec<Asked> {
        let log = self.shared.log.lock();
        log.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.shared.over.store(true, SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.over.load(SeqCst) {
            return;
        }
        let number = shared.connections.fetch_add(1, SeqCst);
        if shared.fault == Some(Fault::ClosesAtOnce) {
            continue;
        }
        let shared = Arc::clone(shared);
        // A connection that gets no thread is closed, which its client sees.
        let _ = std::thread::Builder::new().spawn(move || serve(&stream, number, &shared));
    }
}

/// Answers the requests of one connection until its client closes it, or until the fault shows.
fn serve(stream: &TcpStream, connection: u64, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(first) = lines.next() {
        // The rest of the head ends with an empty line.
        if !lines.by_ref().any(|line| line.is_empty()) {
            return;
        }
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let number = shared.asked.fetch_add(1, SeqCst);
        let fault = shared.fault.filter(|_| number >= shared.right);
        let reply = answer(&path, fault);
        let mut log = shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push(Asked { connection, path });
        drop(log);
        let mut output = stream;
        if output.write_all(&reply).is_err() || fault.is_some_and(Fault::closes) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn replies(origin: &Origin, requests: usize) -> String {
        let mut stream = TcpStream::connect(origin.address()).unwrap();
        let request = "GET /body/8/0/0000000000000001 HTTP/1.1\r\nHost: x\r\n\r\n";
        let _ = stream.write_all(request.repeat(requests).as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn requests_are_counted_by_connection() {
        let origin = Origin::start(u64::MAX, None).unwrap();
        assert_eq!(replies(&origin, 2).matches("200 OK").count(), 2);
        assert_eq!(replies(&origin, 1).matches("200 OK").count(), 1);
        assert_eq!(origin.connections(), 2);
        let of: Vec<u64> = origin.log().iter().map(|asked| asked.connection).collect();
        assert_eq!(of, [0, 0, 1]);
    }

    #[test]
    fn a_fault_shows_after_the_right_answers() {
        let origin = Origin::start(1, Some(Fault::Status500)).unwrap();
        let text = replies(&origin, 2);
        assert!(text.contains("200 OK") && text.contains("500 "), "{text}");
        let origin = Origin::start(0, Some(Fault::ClosesAtOnce)).unwrap();
        assert_eq!(replies(&origin, 1), "");
    }
}
