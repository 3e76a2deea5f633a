//! What goes wrong in the Python peer is a typed answer with its exit code, and none of its processes
//! stays behind.

mod common;
mod peer;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;

use common::wait_until;
use peer::{Program, VARIANTS, has_python, request};
use serde_json::{Value, json};

fn http(variant: &str, origin: &str) -> Value {
    let get = json!({"http-get": {"bytes": 5, "latency": "0ns", "connection": "new"}});
    let mut request = request(variant, 20, 2, &json!({"step": [get]}));
    request["setup"]["endpoints"]["origin"] = json!(origin);
    request
}

#[test]
fn a_request_that_cannot_be_read_is_a_usage_error() {
    if !has_python() {
        return;
    }
    let good = request("pool", 10, 2, &json!({}));
    let with = |path: &str, value: Value| {
        let mut request = good.clone();
        *request.pointer_mut(path).unwrap() = value;
        request.to_string()
    };
    let cases = [
        ("not json".to_owned(), "cannot be read"),
        ("{}".to_owned(), "cannot be read"),
        (
            with("/protocol", json!(99)),
            "protocol 99: this program speaks 1",
        ),
        (
            with("/variant", json!("polo")),
            "no variant \"polo\": there are sequential, threading",
        ),
        (
            with("/tasks", json!(11)),
            "tasks is 11: allowed are 1 to 10",
        ),
        (with("/setup/workers", json!(0)), "workers is 0"),
        (with("/parent", json!(1)), "is not the parent"),
    ];
    for (line, expected) in cases {
        let (kind, value, code) = Program::start_with(&line).finish();
        assert_eq!((kind.as_str(), code), ("error", Some(2)), "{value}");
        assert_eq!(value["kind"], "usage", "{value}");
        assert!(
            value["message"].as_str().unwrap().contains(expected),
            "{value}"
        );
    }
}

#[test]
fn another_order_than_go_is_a_usage_error() {
    if !has_python() {
        return;
    }
    let mut program = Program::start(&request("sequential", 10, 1, &json!({})));
    assert_eq!(program.message().0, "ready");
    program.send("stop");
    let (kind, value) = program.message();
    assert_eq!((kind.as_str(), &value["kind"]), ("error", &json!("usage")));
    assert_eq!(program.code(), Some(2));
}

#[test]
fn an_origin_that_dies_or_lies_is_an_error_with_its_task() {
    if !has_python() {
        return;
    }
    for (answer, expected) in [
        ("", "the connection ended after 0 bytes of the head"),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe",
            "ended after 2 bytes of the body",
        ),
        ("HTTP/1.1 503 Busy\r\n\r\n", "status 503"),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello!",
            "a body of 6 bytes instead of 5",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello!",
            "1 bytes after the response",
        ),
        ("SSH-2.0\r\n\r\n", "malformed"),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
            "it has a Transfer-Encoding",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nContent-Length: 5\r\n\r\nhello",
            "two lines of Content-Length",
        ),
    ] {
        let origin = origin(answer).to_string();
        for variant in VARIANTS {
            let (kind, value, code) = Program::start(&http(variant, &origin)).finish();
            assert_eq!(
                (kind.as_str(), code),
                ("error", Some(1)),
                "{variant}: {value}"
            );
            let message = value["message"].as_str().unwrap();
            assert!(
                message.starts_with("task 2") && message.contains(expected),
                "{variant}: {message}"
            );
        }
    }
}

#[test]
fn what_a_pulse_service_refuses_is_told() {
    if !has_python() {
        return;
    }
    // Whole bytes that come back before the reason comes, of an `echo`.
    for (kind, answered) in [("stall", 0), ("echo", 0), ("echo", 1), ("echo", 2)] {
        let service = refusing(answered).to_string();
        let (every, hog) = (json!("1000000ns"), json!("1000000ns"));
        let kind = match kind {
            "stall" => json!({"stall": {"period": every, "hogs": 1, "hog": hog}}),
            _ => json!({"echo": {"think": every, "hogs": 1, "hog": hog}}),
        };
        let work = json!({"class": "coordination", "coordination": kind});
        for variant in ["threading", "pool", "asyncio", "multiprocessing"] {
            // The warm-up has as many pulses as there are lanes.
            let mut request = request(variant, 4, 2, &work);
            request["setup"]["endpoints"]["pulses"] = json!(service);
            let (kind, value, code) = Program::start(&request).finish();
            let told = format!("{variant} {work}, {answered} answered: {value}");
            assert_eq!((kind.as_str(), code), ("error", Some(1)), "{told}");
            let message = value["message"].as_str().unwrap();
            assert_eq!(message, "the pulse service: not today", "{told}");
        }
    }
}

#[test]
fn endpoints_that_are_missing_or_refuse_are_told() {
    if !has_python() {
        return;
    }
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    for variant in VARIANTS {
        let (_, value, code) = Program::start(&http(variant, &closed)).finish();
        let message = value["message"].as_str().unwrap();
        assert!(
            message.contains(&format!("cannot connect to {closed}")),
            "{variant}: {message}"
        );
        assert_eq!(code, Some(1));
        let step = json!({"sqlite-select": {"rows": 10, "count": 1, "transaction": true}});
        let request = request(variant, 10, 2, &json!({"step": [step]}));
        let (_, value, code) = Program::start(&request).finish();
        let message = value["message"].as_str().unwrap();
        assert!(
            message.contains("needs a SQLite data set"),
            "{variant}: {message}"
        );
        assert_eq!(code, Some(1));
    }
}

#[test]
fn what_a_variant_does_not_do_is_unsupported() {
    if !has_python() {
        return;
    }
    let spawn = json!({"class": "coordination", "coordination": {"spawn": {}}});
    let only = json!({"step": [{"only": {"percent": 50, "after": "1000000ns"}}]});
    for (variant, work) in [
        ("sequential", &spawn),
        ("pool", &only),
        ("asyncio", &only),
        ("multiprocessing", &only),
    ] {
        let (_, value, code) = Program::start(&request(variant, 10, 1, work)).finish();
        assert_eq!(
            (&value["kind"], code),
            (&json!("unsupported"), Some(1)),
            "{variant}: {value}"
        );
    }
}

#[test]
fn the_end_of_its_input_ends_it_and_its_processes() {
    if !has_python() {
        return;
    }
    for variant in VARIANTS {
        let (mut program, children) = waiting(variant);
        program.send("go");
        program.close();
        assert_eq!(program.code(), Some(3), "{variant}");
        assert_gone(&children);
    }
}

#[test]
fn a_kill_ends_its_processes_too() {
    if !has_python() {
        return;
    }
    for variant in [
        "multiprocessing",
        "multiprocessing+forkserver",
        "multiprocessing+spawn",
    ] {
        let (mut program, children) = waiting(variant);
        program.send("go");
        program.kill();
        assert_gone(&children);
    }
}

#[test]
fn a_worker_that_is_killed_is_an_error() {
    if !has_python() {
        return;
    }
    let (mut program, children) = waiting("multiprocessing");
    program.send("go");
    // Once one worker is gone the program ends the others by itself, maybe before `kill` comes to them. So
    // it may say that one of them is no more; what the program says shows that one was killed.
    let mut kill = Command::new("kill");
    kill.arg("-KILL").args(&children).status().unwrap();
    let (kind, value) = program.message();
    let message = value["message"].as_str().unwrap_or_default();
    assert_eq!(kind, "error", "{value}");
    assert!(
        message.contains("ended in mid-run: exit code -9"),
        "{message}"
    );
    assert_eq!(program.code(), Some(1));
}

/// A program that has work for minutes, and the processes that it started.
fn waiting(variant: &str) -> (Program, Vec<String>) {
    let work = json!({"step": [{"compute": {"kernel": "sum-squares", "size": 100_000}}, {"wait": {"duration": "50000000ns"}}]});
    let mut program = Program::start(&request(variant, 100_000, 2, &work));
    let (kind, value) = program.message();
    assert_eq!(kind, "ready", "{value}");
    let children = children(program.id());
    assert_eq!(
        !children.is_empty(),
        variant.starts_with("multi"),
        "{variant}: {children:?}"
    );
    (program, children)
}

fn children(parent: u32) -> Vec<String> {
    let output = Command::new("ps")
        .args(["-o", "ppid=,pid=", "-A"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let parent = parent.to_string();
    let pairs = text
        .lines()
        .filter_map(|line| line.trim().split_once(char::is_whitespace));
    let ours = pairs.filter(|(of, _)| *of == parent);
    ours.map(|(_, pid)| pid.trim().to_owned()).collect()
}

fn assert_gone(children: &[String]) {
    for pid in children {
        wait_until(&format!("process {pid} to be gone"), || !is_python(pid));
    }
}

/// Whether a process of this number is a Python that is not only waiting to be reaped.
fn is_python(pid: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=,args=", "-p", pid])
        .output()
        .unwrap();
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    line.contains("python") && !line.starts_with('Z')
}

/// A pulse service that sends so many bytes, waits for each to come back, and then gives a reason.
fn refusing(answered: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let _ = client.read(&mut [0; 1024]);
            for _ in 0..answered {
                let _ = client.write_all(b"x");
                let _ = client.read(&mut [0]);
            }
            let _ = client.write_all(b"error: not today\n");
        }
    });
    address
}

/// An origin that answers every request in the same way, and hangs up.
fn origin(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let _ = client.read(&mut [0; 1024]);
            let _ = client.write_all(answer.as_bytes());
        }
    });
    address
}
