//! A connection whose socket takes little at a time.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;

use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_send_buffer_size};

use super::*;

/// A connection whose socket takes little at a time, and its client.
fn narrow() -> io::Result<(Connection, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    set_socket_recv_buffer_size(&client, 1 << 16)?;
    client.set_nonblocking(true)?;
    let (stream, _) = listener.accept()?;
    set_socket_send_buffer_size(&stream, 4096)?;
    stream.set_nonblocking(true)?;
    Ok((Connection::new(stream), client))
}

#[test]
fn an_answer_survives_a_socket_that_takes_little_at_a_time() -> io::Result<()> {
    let (mut connection, mut client) = narrow()?;
    let mut scratch = Scratch::new(Answered::default());
    client.write_all(b"GET /body/1000000/0/0000000000000005 HTTP/1.1\r\n\r\n")?;
    let (mut received, mut buffer, mut kept) = (Vec::new(), [0; 1000], 0);
    while received.len() < 1_000_000 {
        assert_ne!(connection.on_event(true, false, &mut scratch), Next::Close);
        assert!(scratch.output.is_empty(), "what is shared is left clean");
        kept += u32::from(!connection.output.is_empty());
        match client.read(&mut buffer) {
            Ok(found) => received.extend_from_slice(&buffer[..found]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    // The head and what is still on its way do not matter here.
    let body = received
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    let mut expected = vec![0; 1_000_000];
    workloads::content::fill(5, &mut expected);
    assert!(expected.starts_with(&received[body..]));
    assert!(kept > 1, "the socket took all at once");
    Ok(())
}
