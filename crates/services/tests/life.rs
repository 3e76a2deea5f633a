//! How the origin starts and ends, through the real program: its port, its parent, its standard
//! input. More connections than it may have descriptors are in `flood`.

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use common::{Client, Service, body, failure, origin, origin_line, path, program, request};
use protocol::{FailureKind, ServiceMessage, ServiceReady, ServiceRequest};

#[test]
fn the_version_is_printed() {
    let output = program().arg("--version").output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "services 0.1.0\n"
    );
    assert!(output.status.success());
    let output = program().arg("--verbose").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("usage"));
}

#[test]
fn what_is_no_request_is_refused() {
    for line in [
        "",
        "serve",
        "{\"origin\":{}}",
        "[]",
        "{\"origin\":{\"port\":-1,\"parent\":1}}",
    ] {
        assert_eq!(failure(line, 2).kind, FailureKind::Usage, "{line}");
    }
}

#[test]
fn a_taken_port_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let failure = failure(&origin_line(port), 1);
    assert_eq!(failure.kind, FailureKind::Failed);
    assert!(
        failure.message.contains(&format!("port {port}")),
        "{}",
        failure.message
    );
}

#[test]
fn a_port_that_is_free_is_taken() {
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let mut service = Service::start(&origin_line(port));
    let ServiceMessage::Ready(ServiceReady::Origin(address)) = service.answer() else {
        panic!("an origin")
    };
    assert_eq!(address.port(), port);
    assert!(address.ip().is_loopback());
}

#[test]
fn it_ends_with_its_input_and_drops_what_is_in_flight() {
    let (mut service, address) = origin();
    let mut waiting = TcpStream::connect(address).unwrap();
    waiting
        .write_all(request(&path(5, Duration::from_secs(50), 1)).as_bytes())
        .unwrap();
    let mut idle = Client::connect(address);
    assert_eq!(idle.get(&path(5, Duration::ZERO, 1)), body(5, 1));
    service.close_input();
    assert_eq!(service.end().code(), Some(0));
    assert!(
        !matches!(waiting.read(&mut [0]), Ok(1..)),
        "no answer may come"
    );
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn it_tells_how_many_bodies_it_has_answered() {
    let (mut service, address) = origin();
    let mut client = Client::connect(address);
    for answered in [0, 1, 2] {
        service.send("what else");
        service.send("answered");
        assert_eq!(service.answer(), ServiceMessage::Answered(answered));
        assert_eq!(client.get(&path(5, Duration::ZERO, 1)), body(5, 1));
    }
    // One that nobody waits for is not answered, and none is counted.
    let mut gone = TcpStream::connect(address).unwrap();
    let never = request(&path(5, Duration::from_secs(50), 1));
    gone.write_all(never.as_bytes()).unwrap();
    drop(gone);
    client.send(request("/elsewhere"));
    service.send("answered");
    assert_eq!(service.answer(), ServiceMessage::Answered(3));
}

#[test]
fn another_process_cannot_be_claimed_as_parent() {
    let line = common::json(&ServiceRequest::Origin {
        port: 0,
        parent: 1 << 30,
    });
    let failure = failure(&line, 1);
    assert!(
        failure.message.contains("1073741824"),
        "{}",
        failure.message
    );
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_with_its_parent_even_where_its_input_stays_open() {
    // The shell is its parent and is killed; the input is ours and stays open.
    let script =
        r#"printf '{"origin":{"port":0,"parent":%d}}\n' $$ > "$1"; exec 3<&0; "$0" < "$2" & wait"#;
    let folder = tempfile::tempdir().unwrap();
    let (line, pipe) = (folder.path().join("line"), folder.path().join("pipe"));
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(script)
        .arg(common::program_path())
        .arg(&line)
        .arg(&pipe);
    let mut service = Service::start_as(shell, "");
    let mut input = std::fs::File::options().write(true).open(&pipe).unwrap();
    input.write_all(&std::fs::read(&line).unwrap()).unwrap();
    let ServiceMessage::Ready(ServiceReady::Origin(address)) = service.answer() else {
        panic!("an origin")
    };
    let mut client = Client::connect(address);
    assert_eq!(client.get(&path(5, Duration::ZERO, 1)), body(5, 1));
    // Dropping kills the shell alone.
    drop(service);
    assert!(client.is_closed(), "the origin is gone");
    drop(input);
}

#[test]
fn hundreds_of_connections_at_once_are_all_answered() {
    let (_service, address) = origin();
    let mut clients: Vec<_> = (0..400).map(|_| Client::connect(address)).collect();
    for (key, client) in clients.iter_mut().enumerate() {
        client.send(request(&path(128, Duration::from_millis(20), key as u64)));
    }
    for (key, client) in clients.iter_mut().enumerate() {
        assert_eq!(client.receive(), body(128, key as u64));
    }
}
