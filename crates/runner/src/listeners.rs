//! The sockets that a model's connections come from: bound here, alike for all models, because the length of the
//! queue and the options of the socket would otherwise be compared by accident.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with, sockopt};

/// Connections that may wait to be accepted. The system cuts it to its own limit; with the 128 of the standard
/// library, clients that connect all at once would wait a second for their second attempt.
const BACKLOG: i32 = 1 << 16;

/// The address of a free port of the loopback interface, and `count` sockets that listen on it.
pub(crate) fn listeners(count: usize) -> io::Result<(SocketAddr, Vec<TcpListener>)> {
    let first = listener(0, count > 1)?;
    let address = first.local_addr()?;
    let mut sockets = vec![first];
    for _ in 1..count {
        sockets.push(listener(address.port(), true)?);
    }
    Ok((address, sockets))
}

fn listener(port: u16, shares_port: bool) -> io::Result<TcpListener> {
    // Closed in every process that is started: a listener that another process inherits takes connections that
    // nobody accepts there.
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    if shares_port {
        sockopt::set_socket_reuseport(&socket, true)?;
    }
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))?;
    listen(&socket, BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn several_sockets_have_one_address_and_no_child_inherits_them() {
        let (address, sockets) = listeners(3).unwrap();
        for socket in &sockets {
            assert_eq!(socket.local_addr().unwrap(), address);
            let flags = rustix::io::fcntl_getfd(socket).unwrap();
            assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
        }
        assert!(TcpStream::connect(address).is_ok());
    }

    #[test]
    fn the_port_of_a_single_socket_is_nobody_elses() {
        let (address, _sockets) = listeners(1).unwrap();
        let error = listener(address.port(), true).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }
}
