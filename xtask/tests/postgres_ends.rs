//! How PostgreSQL and those who use it end: a schema on a server that is not ours goes however long
//! that takes, and what a server says last is told.

#![cfg(target_os = "linux")]

mod cluster;
mod common;
mod peer;

use std::fs;
use std::process::Child;

use cluster::{Cluster, endless, is_running, postmaster, service_of, signal};
use common::{Lab, wait_until};
use peer::{Program, has_python, request};
use serde_json::json;

const SCHEMA: &str = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'manyways\\_%'";

fn stderr(lab: &Lab) -> String {
    fs::read_to_string(lab.path("stderr")).unwrap()
}

/// A tool that uses this server, its schema, and a connection that keeps others from dropping it.
fn guest(cluster: &Cluster, lab: &Lab) -> (Child, String, cluster::Session) {
    let tool = endless(lab, &["--postgres", &cluster.url()]);
    assert!(is_running(tool.id()), "{}", stderr(lab));
    let mut session = cluster.session();
    let schema = session.query(SCHEMA).expect("its schema");
    session.query(&format!("BEGIN; SELECT count(*) FROM {schema}.rows"));
    signal("-INT", tool.id());
    wait_until("the tool to say what it waits for", || {
        stderr(lab).contains("waiting until our schema is dropped")
    });
    assert!(is_running(tool.id()), "{}", stderr(lab));
    (tool, schema, session)
}

#[test]
fn a_schema_is_dropped_even_where_that_takes_long() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let lab = cluster::lab(2, "0ms");
    let (mut tool, _, session) = guest(&cluster, &lab);
    drop(session);
    assert_eq!(tool.wait().unwrap().code(), Some(130), "{}", stderr(&lab));
    assert!(!stderr(&lab).contains("may be left"), "{}", stderr(&lab));
    assert_eq!(cluster.session().query(SCHEMA), None);
}

#[test]
fn who_does_not_wait_for_it_is_told_what_may_be_left() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let lab = cluster::lab(2, "0ms");
    let (mut tool, schema, _session) = guest(&cluster, &lab);
    signal("-INT", tool.id());
    assert_eq!(tool.wait().unwrap().code(), Some(130), "{}", stderr(&lab));
    let told = stderr(&lab);
    let (_, named) = told.split_once("the schema `").expect(&told);
    let (begun, _) = named.split_once('…').unwrap();
    assert!(schema.starts_with(begun), "{schema}: {told}");
    assert!(
        told.contains("may be left on the PostgreSQL server"),
        "{told}"
    );
}

/// What a killed tool leaves is ended by the next one, but not before it has dropped its schema.
#[test]
fn a_sweep_lets_a_schema_be_dropped() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let lab = cluster::lab(2, "0ms");
    let mut tool = endless(&lab, &["--postgres", &cluster.url()]);
    let mut session = cluster.session();
    let schema = session.query(SCHEMA).expect("its schema");
    session.query(&format!("BEGIN; SELECT count(*) FROM {schema}.rows"));
    signal("-KILL", tool.id());
    tool.wait().unwrap();
    let doctor = lab.xtask(&["doctor"]).output().unwrap();
    let text = common::shown(&doctor);
    assert!(text.contains("ended 1 process "), "the model: {text}");
    drop(session);
    wait_until("the schema to be gone", || {
        cluster.session().query(SCHEMA).is_none()
    });
}

#[test]
fn why_a_server_ended_is_told() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let folder = cluster.data.parent().unwrap().file_name().unwrap();
    let service = service_of(folder.to_str().unwrap()).unwrap();
    let service = service.parse().unwrap();
    let pid = postmaster(&cluster.data).unwrap().parse().unwrap();
    signal("-QUIT", pid);
    wait_until("the service to end with it", || !is_running(service));
    signal("-INT", cluster.tool.id());
    cluster.tool.wait().unwrap();
    let told = cluster.stderr();
    assert!(told.contains("a service: postgres ended"), "{told}");
}

/// The server ends connections on which nobody waits for anything, between `ready` and `go`.
#[test]
fn python_is_told_why_a_connection_ended() {
    let Some(cluster) = Cluster::start().filter(|_| has_python()) else {
        return;
    };
    let step = json!({"postgres-select": {"rows": 100, "wait": "0ns"}});
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let left = "SELECT count(*) FROM pg_stat_activity \
                WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    for variant in ["sequential", "threading", "pool", "asyncio"] {
        let mut request = request(variant, 20, 2, &json!({"step": [step]}));
        request["setup"]["endpoints"]["postgres"] = json!({
            "address": cluster.socket(), "user": "manyways", "password": null,
            "database": "postgres", "table": "public.rows",
        });
        let mut program = Program::start(&request);
        let (kind, value) = program.message();
        assert_eq!(kind, "ready", "{variant}: {value}");
        let mut session = cluster.session();
        session.query(end);
        let mut are_left = || session.query(left).as_deref() != Some("0");
        while are_left() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        program.send("go");
        let (kind, value) = program.message();
        assert_eq!(kind, "error", "{variant}: {value}");
        let message = value["message"].as_str().unwrap();
        assert!(message.contains("SQLSTATE 57P01"), "{variant}: {message}");
    }
}
