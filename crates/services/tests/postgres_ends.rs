//! What is left of a private PostgreSQL cluster when the service, the server or the shell that keeps it ends,
//! in order or not: nothing, once the next service has looked.

mod cluster;
mod common;
mod processes;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cluster::*;
use common::{failure_of, program};
use processes::{children_of, is_running, parent_of};
use workloads::blocking::run_ready;
use workloads::postgres::PostgresError;

#[test]
fn nothing_stays_when_the_input_is_closed() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        mut service,
        server,
        folder,
        pid,
    } = private;
    let mut idle = client(&server).unwrap();
    service.close_input();
    assert_eq!(service.end().code(), Some(0));
    assert!(!folder.exists());
    assert!(!is_running(&pid));
    assert!(run_ready(idle.select(Duration::ZERO, 1)).is_err());
}

#[test]
fn nothing_stays_when_the_service_is_killed() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        folder,
        pid,
        ..
    } = private;
    // Dropping kills it.
    drop(service);
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

/// As on a full disk: that its pipe was closed cannot be noted down.
#[test]
fn nothing_stays_where_the_keeper_cannot_write() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        folder,
        pid,
        ..
    } = private;
    fs::create_dir(folder.join("closed")).unwrap();
    drop(service);
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

#[test]
fn a_server_that_is_killed_is_an_error_for_all() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        server,
        folder,
        pid,
    } = private;
    let mut idle = client(&server).unwrap();
    signal("-QUIT", &[&pid]);
    let failure = failure_of(service, 1);
    assert!(
        failure.message.starts_with("postgres ended"),
        "{}",
        failure.message
    );
    assert!(!folder.exists());
    let error = run_ready(idle.select(Duration::ZERO, 1)).unwrap_err();
    // The server's last words, or their absence.
    match &error {
        PostgresError::Server(told) => assert_eq!(told.code, "57P02", "{told}"),
        PostgresError::EarlyEnd(_) | PostgresError::Connection(_) => {}
        other => panic!("{other}"),
    }
    assert!(stream(&server).is_err(), "nobody listens");
}

/// As the system does where memory runs out, to a process that serves a connection.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_loses_one_of_its_processes_ends() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        server,
        folder,
        pid,
    } = private;
    let before: Vec<String> = children_of(&pid).collect();
    let _idle = client(&server).unwrap();
    let backend = children_of(&pid).find(|child| !before.contains(child));
    signal("-KILL", &[&backend.unwrap()]);
    let failure = failure_of(service, 1);
    let is_told = failure.message.starts_with("postgres ended");
    assert!(is_told, "{}", failure.message);
    assert!(!folder.exists());
}

/// As the system does where memory runs out.
#[test]
fn a_server_that_is_killed_hard_is_told_with_its_signal() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let folder = folder(&server);
    signal("-KILL", &[&postmaster(&folder)]);
    let failure = failure_of(service, 1);
    let expected = "postgres was killed by signal 9, as the system does when memory runs out";
    assert!(failure.message.starts_with(expected), "{}", failure.message);
    assert!(!folder.exists());
}

/// The shell alone is killed, which keeps the server: the service ends both.
#[cfg(target_os = "linux")]
#[test]
fn a_keeper_that_is_killed_leaves_nothing() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        folder,
        pid,
        ..
    } = private;
    signal("-KILL", &[&parent_of(&pid)]);
    let failure = failure_of(service, 1);
    let expected = "the shell that keeps postgres was killed by signal 9";
    assert!(failure.message.starts_with(expected), "{}", failure.message);
    assert!(!is_running(&pid));
    assert!(!folder.exists());
}

/// A server whose keeper is killed along with the service is found by the next one.
#[cfg(target_os = "linux")]
#[test]
fn what_outlives_even_its_keeper_is_swept() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        folder,
        pid,
        ..
    } = private;
    let keeper = parent_of(&pid);
    // Its two shells: the one that reads the pipe is a child of the one that waits.
    let reader = children_of(&keeper).find(|child| *child != pid).unwrap();
    // Held first, for otherwise they would do their work as soon as the service is gone.
    signal("-STOP", &[&reader, &keeper]);
    drop(service);
    signal("-KILL", &[&reader, &keeper]);
    wait_until("the keeper is gone", || !is_running(&keeper));
    assert!(is_running(&pid), "nobody has ended it yet");
    // Another service may have swept it by now, too.
    let swept = program().arg("--sweep").output().unwrap();
    assert!(swept.status.success());
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

/// Its shell that waits lives on, and does nothing about it.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_nobody_would_end_is_swept() {
    let Some(private) = private() else {
        return;
    };
    let Private {
        service,
        folder,
        pid,
        ..
    } = private;
    let reader = children_of(&parent_of(&pid)).find(|child| *child != pid);
    signal("-KILL", &[&reader.unwrap()]);
    drop(service);
    let swept = program().arg("--sweep").output().unwrap();
    assert!(swept.status.success());
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

/// As another container that shares the temporary folder and sees none of our processes.
#[cfg(target_os = "linux")]
#[test]
fn a_cluster_of_another_pid_namespace_is_left_alone() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let apart = |program: &Path, argument: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--pid", "--fork", "--mount-proc"]);
        unshare.arg(program).arg(argument);
        unshare.output()
    };
    let can = apart(Path::new("/bin/true"), "").is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("not tested: no PID namespace can be made");
        return;
    }
    let swept = apart(&common::program_path(), "--sweep").unwrap();
    assert!(swept.status.success());
    assert!(folder(&server).exists());
    let mut client = client(&server).unwrap();
    assert_eq!(run_ready(client.select(Duration::ZERO, 1)).unwrap(), crc(1));
}
