//! More connections than the services have descriptors, or serve at a time: those beyond wait or are told,
//! the processor is left alone meanwhile, and all is as before once there is room.

mod common;
mod processes;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use common::{Client, Service, body, json, origin_line, path, request};
use protocol::{ServiceMessage, ServiceReady, ServiceRequest};

/// A service that may have few descriptors, and where it listens.
fn narrow(line: &str) -> (Service, SocketAddr) {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -n 40; exec \"$0\""])
        .arg(env!("CARGO_BIN_EXE_services"));
    let mut service = Service::start_as(shell, line);
    match service.answer() {
        ServiceMessage::Ready(ServiceReady::Origin(address) | ServiceReady::Pulses(address)) => {
            (service, address)
        }
        other => panic!("{other:?}"),
    }
}

fn pulses_line() -> String {
    json(&ServiceRequest::Pulses {
        port: 0,
        parent: std::process::id(),
    })
}

/// Accepting fails again and again; whoever tried at once each time would use a processor up. A busy machine
/// makes this pass where it should fail, never the other way round.
#[cfg(target_os = "linux")]
fn assert_is_at_rest(service: &Service) {
    let (start, before) = (Instant::now(), processes::cpu_ticks(service.id()));
    std::thread::sleep(Duration::from_millis(500));
    let used = processes::cpu_ticks(service.id()) - before;
    let used = Duration::from_millis(used * 10);
    assert!(used < start.elapsed() / 2, "it used {used:?}");
}

#[cfg(not(target_os = "linux"))]
fn assert_is_at_rest(_service: &Service) {}

#[test]
fn an_origin_without_descriptors_rests_and_recovers() {
    let (service, address) = narrow(&origin_line(0));
    let mut clients: Vec<_> = (0..60).map(|_| Client::connect(address)).collect();
    for client in &mut clients {
        client.send(request(&path(5, Duration::ZERO, 1)));
    }
    assert_eq!(clients[0].receive(), body(5, 1));
    assert_is_at_rest(&service);
    // Those that close make room for the others.
    for mut client in clients.drain(..).skip(1) {
        assert_eq!(client.receive(), body(5, 1));
    }
    assert_eq!(
        Client::connect(address).get(&path(9, Duration::ZERO, 2)),
        body(9, 2)
    );
}

fn heart(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).unwrap();
    stream.write_all(b"heartbeat 1000000 1\n").unwrap();
    stream
}

#[test]
fn pulses_without_descriptors_rest_and_recover() {
    let (service, address) = narrow(&pulses_line());
    // They ask for nothing, and so stay.
    let idle: Vec<_> = (0..60)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let mut waiting = heart(address);
    assert_is_at_rest(&service);
    drop(idle);
    waiting.read_exact(&mut [0; 8]).unwrap();
}

#[test]
fn who_comes_beyond_the_bound_of_pulses_is_told() {
    let mut service = Service::start(&pulses_line());
    let ServiceMessage::Ready(ServiceReady::Pulses(address)) = service.answer() else {
        panic!("pulses")
    };
    let mut idle: Vec<_> = (0..256)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let refused = TcpStream::connect(address).unwrap();
    let mut line = String::new();
    BufReader::new(refused).read_line(&mut line).unwrap();
    assert_eq!(line, "error: over 256 connections at a time\n");
    // A seat is free some time after its client has left.
    idle.pop();
    let mut beat = [0; 8];
    while heart(address).read_exact(&mut beat).is_err() || beat.starts_with(b"error") {}
}
