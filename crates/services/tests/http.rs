//! What the origin says over HTTP, through the real program: bodies, pieces, refusals, and clients
//! that do not wait. How it starts and ends is tested in `life`.

mod common;

use std::time::{Duration, Instant};

use common::{Client, body, origin, path, request};

const NONE: Duration = Duration::ZERO;

#[test]
fn bodies_of_every_size_are_those_of_their_key() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    for (key, bytes) in [0, 1, 7, 256, 65_535, 65_536, 65_537, 1_000_003]
        .into_iter()
        .enumerate()
    {
        let key = u64::MAX - key as u64;
        assert!(
            client.get(&path(bytes, NONE, key)) == body(bytes, key),
            "{bytes} bytes"
        );
    }
}

#[test]
fn a_request_may_come_in_two_pieces_split_anywhere() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    let bytes = request(&path(11, NONE, 5));
    for at in 1..bytes.len() {
        client.send(&bytes[..at]);
        // The pieces may still arrive as one; then this round tests nothing, but fails nothing.
        std::thread::sleep(Duration::from_millis(1));
        client.send(&bytes[at..]);
        assert_eq!(client.receive(), body(11, 5), "split at {at}");
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    for byte in request(&path(300, NONE, 6)).bytes() {
        client.send([byte]);
        std::thread::sleep(Duration::from_micros(200));
    }
    assert_eq!(client.receive(), body(300, 6));
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    let latency = |key| Duration::from_millis(if key % 7 == 0 { 3 } else { 0 });
    let mut bytes = String::new();
    for key in 0..100 {
        bytes += &request(&path(key as usize * 11, latency(key), key));
    }
    // Split where it falls: within a request.
    let (first, second) = bytes.split_at(bytes.len() / 2 + 5);
    client.send(first);
    client.send(second);
    for key in 0..100 {
        assert_eq!(client.receive(), body(key as usize * 11, key), "key {key}");
    }
}

#[test]
fn many_requests_ahead_of_a_slow_one_are_kept_and_answered() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    client.send(request(&path(1, Duration::from_millis(30), 1)));
    // More than the origin keeps for one connection.
    client.send(request(&path(0, NONE, 2)).repeat(2000));
    assert_eq!(client.receive(), body(1, 1));
    for _ in 0..2000 {
        assert_eq!(client.receive(), body(0, 2));
    }
}

#[test]
fn no_answer_comes_before_its_latency() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    for nanos in [1, 999, 1_000, 99_999, 1_000_001, 2_500_000, 20_000_000] {
        let latency = Duration::from_nanos(nanos);
        for key in 0..5 {
            let started = Instant::now();
            let response = client.get(&path(32, latency, key));
            assert!(started.elapsed() >= latency, "{latency:?}");
            assert_eq!(response, body(32, key));
        }
    }
}

#[test]
fn connections_that_wait_do_not_wait_for_each_other() {
    let (_service, address) = origin();
    let (mut slow, mut quick) = (Client::connect(address), Client::connect(address));
    slow.send(request(&path(1, Duration::from_secs(60), 1)));
    assert_eq!(quick.get(&path(1, Duration::from_millis(5), 2)), body(1, 2));
}

#[test]
fn a_client_that_closes_leaves_no_answer_to_its_successor() {
    let (_service, address) = origin();
    let latency = Duration::from_millis(40);
    // Each slot has a pending answer of its former client when the next one comes.
    for round in 0..20 {
        let mut gone = Client::connect(address);
        gone.send(request(&path(100, latency, 1)));
        std::thread::sleep(Duration::from_millis(1));
        drop(gone);
        std::thread::sleep(Duration::from_millis(1));
        let mut next = Client::connect(address);
        let started = Instant::now();
        let response = next.get(&path(50, latency + Duration::from_millis(10), round));
        assert_eq!(response, body(50, round), "round {round}");
        assert!(
            started.elapsed() >= latency + Duration::from_millis(10),
            "round {round}"
        );
    }
}

#[test]
fn a_client_that_reads_late_gets_all_of_a_large_body() {
    let (_service, address) = origin();
    let (mut lazy, mut busy) = (Client::connect(address), Client::connect(address));
    lazy.take_little();
    lazy.send(request(&path(16 << 20, NONE, 3)));
    // The socket's room is used up long before the body is sent, and others are served.
    std::thread::sleep(Duration::from_millis(50));
    for key in 0..50 {
        assert_eq!(busy.get(&path(64, NONE, key)), body(64, key));
    }
    assert!(lazy.receive() == body(16 << 20, 3));
    assert_eq!(
        lazy.get(&path(4, NONE, 4)),
        body(4, 4),
        "the connection goes on"
    );
}

#[test]
fn an_unknown_path_is_404_and_the_connection_goes_on() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    for unknown in ["/", "/favicon.ico", "/bodies/1/0/0000000000000000"] {
        let response = client.get(unknown);
        assert_eq!(
            (response.status, response.closes),
            (404, false),
            "{unknown}"
        );
    }
    assert_eq!(client.get(&path(4, NONE, 4)), body(4, 4));
}

#[test]
fn what_is_malformed_or_absurd_is_refused_and_closed() {
    let (_service, address) = origin();
    let huge = "x".repeat(9000);
    let cases = [
        (400, "SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned()),
        (400, "\u{0}\u{1}\u{2}\u{3}".to_owned()),
        (400, "GET / HTTP/2.0\r\n\r\n".to_owned()),
        (400, request("/body/16777217/0/0000000000000000")),
        (400, request("/body/1/60000000001/0000000000000000")),
        (
            400,
            request("/body/99999999999999999999999999/0/0000000000000000"),
        ),
        (400, request("/body/1/0/0000")),
        (400, request("/body/-1/0/0000000000000000")),
        (
            400,
            "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello".to_owned(),
        ),
        (405, "POST / HTTP/1.1\r\n\r\n".to_owned()),
        (431, request(&format!("/{huge}"))),
        (431, format!("GET / HTTP/1.1\r\nX: {huge}")),
        (
            431,
            format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100)),
        ),
    ];
    for (status, bytes) in cases {
        let mut client = Client::connect(address);
        client.send(&bytes);
        let response = client.receive();
        assert_eq!(
            (response.status, response.closes),
            (status, true),
            "{bytes:.60}"
        );
        assert!(client.is_closed(), "{bytes:.60}");
    }
}

#[test]
fn what_a_refused_client_still_sends_does_not_take_the_answer_back() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    client.send(format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(400_000)));
    assert_eq!(client.receive().status, 431);
    assert!(client.is_closed());
}

#[test]
fn a_client_that_ends_its_side_at_once_is_answered_and_closed() {
    let (_service, address) = origin();
    for key in 0..50 {
        let mut client = Client::connect(address);
        client.send_and_end(request(&path(10, NONE, key)));
        assert_eq!(client.receive(), body(10, key));
        assert!(client.is_closed());
    }
}

/// However much of its answer is on the way then.
#[test]
fn a_client_that_ends_its_side_a_moment_later_gets_all_of_its_answer() {
    let (_service, address) = origin();
    for bytes in [50_000, 300_000, 600_000, 3_000_000] {
        let mut client = Client::connect(address);
        client.take_little();
        client.send(request(&path(bytes, NONE, 4)));
        std::thread::sleep(Duration::from_millis(20));
        client.end();
        std::thread::sleep(Duration::from_millis(20));
        assert!(client.receive() == body(bytes, 4), "{bytes}");
    }
}

/// Whoever closes first has its port taken for a minute, unless it is told that the connection is no more.
#[test]
fn a_client_that_closes_first_has_its_port_back() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    assert_eq!(client.get(&path(10, NONE, 1)), body(10, 1));
    let port = client.port();
    assert!(is_taken(port, address.port()), "the connection is open");
    drop(client);
    let deadline = Instant::now() + Duration::from_secs(20);
    while is_taken(port, address.port()) {
        assert!(Instant::now() < deadline, "port {port} is still taken");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the system knows of a connection from one port to another, in whatever state.
fn is_taken(from: u16, to: u16) -> bool {
    let ends = format!("0100007F:{from:04X} 0100007F:{to:04X} ");
    std::fs::read_to_string("/proc/net/tcp")
        .unwrap()
        .contains(&ends)
}

#[test]
fn a_client_that_will_not_keep_its_connection_is_closed_after_the_answer() {
    let (_service, address) = origin();
    let mut client = Client::connect(address);
    let target = path(70_000, Duration::from_millis(1), 8);
    client.send(format!(
        "GET {target} HTTP/1.1\r\nConnection: close\r\n\r\n"
    ));
    let expected = common::Response {
        closes: true,
        ..body(70_000, 8)
    };
    assert!(client.receive() == expected);
    assert!(client.is_closed());
}
