//! Pulses, through the real program. No test depends on how punctual they are, only on what can
//! never be: a pulse before its time.

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use common::{Service, failure, json};
use protocol::{FailureKind, ServiceMessage, ServiceReady, ServiceRequest};
use workloads::monotonic_ns;

fn line(parent: u32) -> String {
    json(&ServiceRequest::Pulses { port: 0, parent })
}

fn pulses() -> (Service, SocketAddr) {
    let mut service = Service::start(&line(std::process::id()));
    match service.answer() {
        ServiceMessage::Ready(ServiceReady::Pulses(address)) => (service, address),
        other => panic!("{other:?}"),
    }
}

fn asked(address: SocketAddr, line: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream.write_all(line.as_bytes()).unwrap();
    stream
}

fn number(stream: &mut TcpStream) -> u64 {
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

fn is_at_its_end(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0]), Ok(0))
}

#[test]
fn heartbeats_are_a_period_apart_and_never_early() {
    let (mut service, address) = pulses();
    assert!(address.ip().is_loopback());
    let before = monotonic_ns();
    let mut stream = asked(address, "heartbeat 300000 20\n");
    let due: Vec<u64> = (0..20)
        .map(|_| {
            let due = number(&mut stream);
            assert!(monotonic_ns() >= due);
            due
        })
        .collect();
    assert!(due[0] >= before + 300_000);
    assert!(due.windows(2).all(|pair| pair[1] - pair[0] == 300_000));
    assert!(is_at_its_end(&mut stream));
    service.send("answered");
    assert_eq!(service.answer(), ServiceMessage::Answered(20));
}

#[test]
fn echoes_are_timed_one_after_the_other() {
    let (_service, address) = pulses();
    let start = Instant::now();
    let mut stream = asked(address, "echo 1000000 5\n");
    let mut own = Vec::new();
    for _ in 0..5 {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        let rest = Duration::from_millis(2);
        std::thread::sleep(rest);
        own.push(rest.as_nanos() as u64);
        stream.write_all(&byte).unwrap();
    }
    assert!(start.elapsed() >= Duration::from_millis(5 + 10));
    for rest in own {
        // The service measures from before the byte, and so at least our rest.
        assert!(number(&mut stream) >= rest);
    }
    assert!(is_at_its_end(&mut stream));
}

#[test]
fn two_clients_do_not_wait_for_each_other() {
    let (_service, address) = pulses();
    let mut slow = asked(address, "echo 1000000 1\n");
    let mut quick = asked(address, "heartbeat 100000 3\n");
    quick.read_exact(&mut [0; 3 * 8]).unwrap();
    assert!(is_at_its_end(&mut quick));
    let mut byte = [0];
    slow.read_exact(&mut byte).unwrap();
    slow.write_all(&byte).unwrap();
    assert!(number(&mut slow) > 0);
}

#[test]
fn bad_lines_are_answered_with_a_reason_and_the_end() {
    let (_service, address) = pulses();
    let long = "x".repeat(4000);
    for (line, why) in [
        ("tick 1000000 5\n", "neither"),
        ("heartbeat 5 5\n", "PERIOD_NS: allowed are"),
        ("\n", "a line is"),
        (&long, "a line is"),
    ] {
        let mut stream = asked(address, line);
        let mut answer = Vec::new();
        // What is left unread of a line that is too long resets the connection after the answer.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("error: "), "{answer:?}");
        assert!(answer.contains(why), "{answer:?}");
    }
    let mut stream = asked(address, "echo 1000000 1\n");
    stream.read_exact(&mut [0]).unwrap();
    stream.write_all(b"?").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("another byte"), "{answer:?}");
}

#[test]
fn it_ends_with_its_input_in_the_middle_of_a_pulse() {
    let (mut service, address) = pulses();
    let mut stream = asked(address, "heartbeat 1000000000 1000\n");
    service.close_input();
    assert_eq!(service.end().code(), Some(0));
    assert!(!matches!(stream.read(&mut [0]), Ok(1..)));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn another_process_cannot_be_claimed_as_parent() {
    let failure = failure(&line(1 << 30), 1);
    assert_eq!(failure.kind, FailureKind::Failed);
    assert!(failure.message.contains("1073741824"));
}
