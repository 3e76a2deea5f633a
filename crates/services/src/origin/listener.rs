//! The listening socket: its port, its long queue, and what to do when no connection can be had.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use protocol::{LISTEN, listening_address};

/// Connections that may wait to be accepted. The system cuts it to its own limit; the standard
/// library's 128 makes clients that connect all at once wait a second for their second attempt.
const BACKLOG: i32 = 1 << 16;

/// The socket that connections come from.
#[derive(Debug)]
pub(super) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

/// What one attempt to accept came to.
#[derive(Debug)]
pub(super) enum Accepted {
    /// A connection, ready for use.
    Connection(TcpStream),
    /// A connection that had ended before, or could not be set up; the next may be better.
    Lost,
    /// Nobody waits.
    Nobody,
    /// The process or the system has no room for another. Someone still waits, so that asking
    /// again at once would spin.
    NoRoom,
}

impl Listener {
    /// Listens on a port of the loopback address, or of the one that [`LISTEN`] names; 0 takes a free one.
    pub(super) fn bind(port: u16) -> io::Result<Self> {
        let named = std::env::var(LISTEN).ok();
        let host = listening_address(named.as_deref()).map_err(io::Error::other)?;
        let socket = TcpListener::bind((host, port))?;
        // A second `listen` on the same socket only replaces the length of its queue.
        rustix::net::listen(&socket, BACKLOG)?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn accept(&self) -> Accepted {
        match self.socket.accept() {
            Ok((stream, _)) => prepare(stream),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => Accepted::Nobody,
                ErrorKind::Interrupted | ErrorKind::ConnectionAborted => Accepted::Lost,
                // What remains is a lack of descriptors or memory, in this process or the system:
                // it does not pass before somebody closes something.
                _ => Accepted::NoRoom,
            },
        }
    }
}

fn prepare(stream: TcpStream) -> Accepted {
    // Nagle's algorithm would hold back the second piece of an answer until the client has
    // acknowledged the first, which a delayed acknowledgement makes 40 ms.
    match stream
        .set_nonblocking(true)
        .and_then(|()| stream.set_nodelay(true))
    {
        Ok(()) => Accepted::Connection(stream),
        Err(_) => Accepted::Lost,
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_do_not_block_nor_wait_for_more_to_send() {
        let listener = Listener::bind(0).unwrap();
        assert!(matches!(listener.accept(), Accepted::Nobody));
        let client = TcpStream::connect(listener.address()).unwrap();
        let Accepted::Connection(stream) = listener.accept() else {
            panic!("one waits")
        };
        assert!(stream.nodelay().unwrap());
        let error = stream.peek(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        drop(client);
    }

    #[test]
    fn a_taken_port_is_an_error() {
        let first = Listener::bind(0).unwrap();
        let error = Listener::bind(first.address().port()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
    }
}
