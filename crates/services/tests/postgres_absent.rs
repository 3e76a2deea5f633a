//! PostgreSQL where there is none: no server program, nobody who listens, a server that accepts and
//! never answers. What a server gives is in `postgres.rs`.

mod common;

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
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
        .args(["-c", script])
        .arg(common::program_path())
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

/// The program where PostgreSQL's own are these scripts.
fn with_programs(folder: &Path, initdb: &str, postgres: &str) -> Command {
    // Root lends it to another user, who must come into this folder.
    fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).unwrap();
    for (name, script) in [("initdb", initdb), ("postgres", postgres)] {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut alone = program();
    alone.env("PATH", folder).env("MANYWAYS_POSTGRES", folder);
    alone
}

const VERSION: &str = "[ \"$1\" = --version ] && echo 'x (PostgreSQL) 15.3' && exit 0\n";

/// Root may have nobody to lend it to; then there is nothing to test.
fn can_be_lent() -> bool {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    !rustix::process::geteuid().is_root() || users.contains("\npostgres:")
}

#[test]
fn the_last_words_of_a_program_that_fails_are_told() {
    if !can_be_lent() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let fails = format!("{VERSION}echo 'initdb: error: no such thing' >&2; exit 3");
    let line = request(None);
    let failing = with_programs(folder.path(), &fails, VERSION);
    let failure = failure_of(Service::start_as(failing, &line), 1);
    let expected = "initdb ended with exit code 3; initdb: error: no such thing";
    assert_eq!(failure.message, expected);

    let works = format!("{VERSION}echo 'Success.'; exit 0");
    let full = "FATAL:  could not write to file: No space left on device";
    let fails = format!("{VERSION}echo '{full}' >&2; exit 1");
    let failing = with_programs(folder.path(), &works, &fails);
    let failure = failure_of(Service::start_as(failing, &line), 1);
    let expected =
        format!("postgres ended with exit code 1; {full}: set TMPDIR to a folder with more room");
    assert_eq!(failure.message, expected);
}

#[test]
fn what_a_cluster_needs_can_be_asked_for() {
    if !can_be_lent() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let answer = |initdb: &str| {
        let mut asked = with_programs(folder.path(), initdb, VERSION);
        let output = asked.arg("--check-postgres").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    };
    let (code, said) = answer(VERSION);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("PostgreSQL 15 can be run in /"), "{said}");
    let (code, said) = answer("exit 1");
    assert_eq!(code, Some(1));
    assert!(said.contains("apt-get install postgresql"), "{said}");
}

/// What another user of the machine may put into the temporary folder.
#[test]
fn strangers_in_the_temporary_folder_hold_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder
        .path()
        .join(format!("manyways-pg-{}-1/data", i32::MAX));
    fs::create_dir_all(&data).unwrap();
    fs::write(data.with_file_name("lock"), "").unwrap();
    let fifo = Command::new("mkfifo")
        .arg(data.join("postmaster.pid"))
        .status();
    assert!(fifo.unwrap().success());
    let swept = || {
        let mut sweeping = program();
        sweeping.arg("--sweep").env("TMPDIR", folder.path());
        sweeping.output().unwrap().status.success()
    };
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(data.parent().unwrap(), Some(12345), None).unwrap();
        assert!(swept());
        assert!(data.exists(), "it is another user's");
        std::os::unix::fs::chown(data.parent().unwrap(), Some(0), None).unwrap();
    }
    assert!(swept());
    assert!(!data.exists());
}

/// Every package's folder is looked into, so programs can be missing only where there are none.
#[test]
fn where_there_is_no_server_program_it_is_said_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let alone = with_programs(folder.path(), "exit 1", "exit 1");
    let failure = failure_of(Service::start_as(alone, &request(None)), 1);
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(
        failure.message.contains("apt-get install postgresql"),
        "{}",
        failure.message
    );
}
