//! Workloads that select from PostgreSQL, as the tool sees them: no server program, a server that
//! refuses, one that is killed while a model waits for it, and more lanes than it has connections.

mod cluster;
mod common;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cluster::{cluster_of, is_running, lab, not_tested, postmaster, selects};
use common::{Lab, shown, wait_until};

/// The model of these tests alone: the others would be built and run for nothing.
const COMPARE: [&str; 8] = [
    "compare",
    "./selects.toml",
    "--reference",
    "foreign/good",
    "--model",
    "foreign/*",
    "--profile",
    "smoke",
];

#[test]
fn without_a_server_program_the_row_says_how_to_get_one() {
    let lab = lab(2, "0ms");
    let mut command = lab.xtask(&COMPARE);
    let output = command
        .env("MANYWAYS_POSTGRES", lab.path("nowhere"))
        .output();
    let text = shown(&output.unwrap());
    assert_eq!(lab.failures("foreign/good"), ["unavailable"], "{text}");
    assert!(text.contains("apt-get install postgresql"), "{text}");
    let mut command = lab.xtask(&["run", "foreign/good", "./selects.toml"]);
    let output = command
        .env("MANYWAYS_POSTGRES", lab.path("nowhere"))
        .output();
    let output = output.unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("foreign/good: unavailable: no PostgreSQL"),
        "{text}"
    );
}

#[test]
fn a_server_that_cannot_be_reached_is_a_row_without_the_password() {
    let lab = lab(2, "0ms");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let url = format!("postgres://me:secret@127.0.0.1:{port}/db");
    let mut command = lab.xtask(&COMPARE);
    let output = command.args(["--postgres", &url]).output().unwrap();
    let text = shown(&output);
    assert_eq!(lab.failures("foreign/good"), ["service"], "{text}");
    assert!(
        text.contains("warning: every user of this machine can see"),
        "{text}"
    );
    let again = "MANYWAYS_POSTGRES_URL=URL cargo xtask run foreign/good";
    assert!(text.contains(again), "{text}");
    let run = lab.run_json();
    let stored = run["environment"]["postgres"].as_str().unwrap();
    assert!(stored.starts_with("local server, check "), "{stored}");
    for file in ["run.json", "samples.jsonl"] {
        let stored = fs::read_to_string(lab.path("results/latest").join(file)).unwrap();
        assert!(
            !stored.contains("secret") && !stored.contains("me@"),
            "{file}"
        );
    }
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_runs() {
    let refused = |lab: &Lab, arguments: &[&str]| {
        let output = lab.xtask(arguments).output().unwrap();
        let text = shown(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        text
    };
    let lab = lab(201, "0ms");
    let compare = ["compare", "./selects.toml", "--reference", "foreign/good"];
    assert!(refused(&lab, &compare).contains("it takes 200 connections"));
    let run = ["run", "foreign/good", "./selects.toml"];
    assert!(refused(&lab, &run).contains("201 in flight are too many"));
    let bad = [&run[..], &["--postgres", "localhost"]].concat();
    assert!(refused(&lab, &bad).contains("postgres://user:password@host:port/database"));
    let bad = [&run[..], &["--postgres", "me:secret@127.0.0.1/db"]].concat();
    let text = refused(&lab, &bad);
    assert!(
        text.contains("postgres://user:password@host:port/database") && !text.contains("secret"),
        "{text}"
    );
    let mut command = lab.xtask(&run);
    let named = command.env("MANYWAYS_POSTGRES_URL", "me:secret@127.0.0.1/db");
    let output = named.output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("MANYWAYS_POSTGRES_URL: ") && !text.contains("secret"),
        "{text}"
    );
}

/// In the environment it is seen by nobody, so that nothing is said of it.
#[test]
fn a_server_can_be_named_by_the_environment() {
    let lab = lab(2, "0ms");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let url = format!("postgres://me:secret@127.0.0.1:{port}/db?sslmode=disable");
    let mut command = lab.xtask(&["run", "foreign/good", "./selects.toml"]);
    let output = command.env("MANYWAYS_POSTGRES_URL", url).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(&format!("PostgreSQL at 127.0.0.1:{port}: ")),
        "{text}"
    );
    assert!(
        !text.contains("secret") && !text.contains("warning"),
        "{text}"
    );
}

/// Wherever it stands in the URL, and however wrong that is: nothing is built or run.
#[test]
fn a_password_in_a_wrong_place_is_refused_without_being_told() {
    for url in [
        "postgres://me@127.0.0.1:1/db?password=secret",
        "postgres://me:a?secret@127.0.0.1:1/db",
        "postgres://me:a@b/secret@127.0.0.1:1/db",
    ] {
        let lab = lab(2, "0ms");
        let output = lab.xtask(&COMPARE).args(["--postgres", url]).output();
        let output = output.unwrap();
        let text = shown(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("error: --postgres: "), "{text}");
        assert!(!text.contains("secret"), "{url}: {text}");
        assert!(!lab.path("results/latest").exists(), "{url}");
    }
}

/// The model's connections end in the middle of a select. The run is done once more, and a server that ends
/// then too is at fault.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_is_killed_twice_during_a_run_is_at_fault() {
    let lab = lab(2, "50s");
    let mut command = lab.xtask(&["run", "threads/pool", "./selects.toml", "--tasks", "2"]);
    command.args(["--time-limit", "5m"]);
    let tool = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let first = killed_server(tool.id(), None);
    let second = first
        .clone()
        .and_then(|data| killed_server(tool.id(), Some(&data)));
    let output = tool.wait_with_output().unwrap();
    let text = shown(&output);
    let (Some(first), Some(second)) = (first, second) else {
        not_tested(&text);
        return;
    };
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("it ended during the run, twice in a row"),
        "{text}"
    );
    assert!(!first.exists() && !second.exists(), "the clusters are gone");
}

/// Kills the server of a tool as soon as a model selects from it, and returns its folder: another one than
/// `before`. `None` where the tool ends without one.
#[cfg(target_os = "linux")]
fn killed_server(tool: u32, before: Option<&PathBuf>) -> Option<PathBuf> {
    let server = || {
        let data = cluster_of(tool).filter(|data| before != Some(data) && selects(data))?;
        Some((postmaster(&data)?, data))
    };
    wait_until("a select of the model, or the end of the tool", || {
        server().is_some() || !is_running(tool)
    });
    let (pid, data) = server()?;
    let mut kill = Command::new("kill");
    assert!(kill.args(["-QUIT", &pid]).status().unwrap().success());
    Some(data)
}
