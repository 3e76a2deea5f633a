//! The HTTP origin: bodies computed from what is asked, after exactly the latency that is asked.
//! One thread does all of it, so that it takes no more than a core from the client that is
//! measured.
//!
//! `GET /body/{bytes}/{latency in ns}/{key, 16 hexadecimal digits}` gives that many bytes of
//! `workloads::content::fill(key)`, never earlier than `latency` after the request had come whole,
//! and as little later as the machine allows. Requests on one connection are answered one after
//! the other: the latency of a pipelined one begins with the answer before it. A client that closes
//! while it waits gives its answer up.
//!
//! What a client can do is bounded: a connection holds at most about 200 KiB (128 of what was sent ahead, 64
//! of an answer that is not read), a head has 8 KiB, a body 16 MiB, a latency 60 s. Their number is that of
//! the file descriptors; who comes beyond it waits to be accepted. An idle connection is kept for ever, and
//! any number of requests may come on one, because runs do so. Whoever takes all descriptors keeps others
//! out; only processes of this machine can.

mod answer;
mod connection;
mod deadlines;
mod event_loop;
#[cfg(test)]
mod fuzz;
mod head;
mod listener;

use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::thread::JoinHandle;

use crate::answered::Answered;
use crate::error::{Error, Result};
use event_loop::EventLoop;
use listener::Listener;

/// An origin that listens, and answers as soon as it [`run`](Self::run)s.
#[derive(Debug)]
pub struct Origin {
    listener: Listener,
    leash: UnixStream,
    answered: Answered,
}

/// An origin runs until this is dropped, in whatever thread.
#[derive(Debug)]
pub struct Leash {
    _end: UnixStream,
}

impl Origin {
    /// Takes a port of the loopback address; 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken, or the process has too many files open.
    pub fn bind(port: u16) -> Result<(Self, Leash)> {
        let listener = Listener::bind(port).map_err(Error::listen(port))?;
        // A socket pair, because dropping one end is an event on the other that epoll reports like
        // any other: the loop needs no flag to look at and no time-out to look at it.
        let (leash, end) = UnixStream::pair().map_err(Error::listen(port))?;
        leash.set_nonblocking(true).map_err(Error::listen(port))?;
        let origin = Self {
            listener,
            leash,
            answered: Answered::default(),
        };
        Ok((origin, Leash { _end: end }))
    }

    /// How many requests for a body it has begun to answer, now and later.
    #[must_use]
    pub(crate) fn answered(&self) -> Answered {
        self.answered.clone()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Serves until the leash is dropped, then drops every connection.
    ///
    /// # Errors
    /// When waiting for events fails; a failed connection is only that connection's end.
    pub fn run(self) -> Result<()> {
        EventLoop::new(self.listener, self.leash, self.answered)
            .and_then(EventLoop::run)
            .map_err(Error::Origin)
    }
}

/// An origin in a thread of this process, for benches and tests; dropping it ends it.
#[derive(Debug)]
pub struct Background {
    address: SocketAddr,
    leash: Option<Leash>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Background {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When no port or no thread can be had.
    pub fn start() -> Result<Self> {
        let (origin, leash) = Origin::bind(0)?;
        let address = origin.address();
        let thread = std::thread::Builder::new()
            .name("origin".to_owned())
            .spawn(move || origin.run())
            .map_err(Error::Origin)?;
        Ok(Self {
            address,
            leash: Some(leash),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.leash.take());
        if let Some(thread) = self.thread.take() {
            // It was told to its clients when it failed: their connections ended.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn dropping_ends_it_and_its_connections() -> io::Result<()> {
        let origin = Background::start().unwrap();
        let address = origin.address();
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /body/0/60000000000/0000000000000000 HTTP/1.1\r\n\r\n")?;
        drop(origin);
        assert!(
            !matches!(stream.read(&mut [0; 8]), Ok(1..)),
            "no answer may come"
        );
        assert!(TcpStream::connect(address).is_err());
        Ok(())
    }
}
