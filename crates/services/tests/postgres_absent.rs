//! PostgreSQL where there is none: no server program, nobody who listens, a server that accepts and
//! never answers. What a server gives is in `postgres.rs`.

mod common;

use std::fs;
use std::io::Read;
use std::process::Command;
use std::time::Duration;

use common::{Service, failure_of, json, program};
use protocol::{FailureKind, ServiceRequest};

/// Longer than anything here takes; nothing passes by being faster.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);
const ROWS: u64 = 2500;

fn request(server: Option<&str>) -> String {
    json(&ServiceRequest::Postgres {
        rows: ROWS,
        server: server.map(str::to_owned),
        parent: std::process::id(),
    })
}

/// Nothing has been made there yet, and whoever asked is killed.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_never_answers_keeps_nobody() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let script = r#"printf '{"postgres":{"rows":1,"server":"%s","parent":%d}}\n' "$1" $$ > "$2"
        exec 3<&0; "$0" < "$2" & wait"#;
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, env!("CARGO_BIN_EXE_services")])
        .arg(format!("postgres://me@127.0.0.1:{port}/db"))
        .arg(folder.path().join("line"));
    let service = Service::start_as(shell, "");
    let (mut connection, _) = silent.accept().unwrap();
    connection.set_read_timeout(Some(FAR_TOO_LONG)).unwrap();
    let mut bytes = [0; 512];
    assert!(connection.read(&mut bytes).unwrap() > 0, "it asks");
    // Dropping kills the shell alone, which is its parent.
    drop(service);
    assert_eq!(connection.read(&mut bytes).unwrap(), 0, "it is gone");
}

#[test]
fn a_server_that_cannot_be_reached_is_told() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let url = format!("postgres://me:secret@127.0.0.1:{port}/db");
    let failure = failure_of(Service::start(&request(Some(&url))), 1);
    assert_eq!(failure.kind, FailureKind::Failed);
    assert!(
        failure.message.contains(&format!("127.0.0.1:{port}")),
        "{}",
        failure.message
    );
    assert!(!failure.message.contains("secret"), "{}", failure.message);
    let failure = failure_of(Service::start(&request(Some("postgres://:x@h/db"))), 2);
    assert_eq!(failure.kind, FailureKind::Usage);
}

/// Every package's folder is looked into, so programs can be missing only where there are none.
#[test]
fn where_there_is_no_server_program_it_is_said_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["initdb", "postgres"] {
        let path = folder.path().join(name);
        fs::write(&path, "#!/bin/sh\nexit 1\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, mode).unwrap();
    }
    let mut alone = program();
    alone
        .env("PATH", folder.path())
        .env("MANYWAYS_POSTGRES", folder.path());
    let failure = failure_of(Service::start_as(alone, &request(None)), 1);
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(
        failure.message.contains("apt-get install postgresql"),
        "{}",
        failure.message
    );
}
