//! Workloads that select from PostgreSQL, as the tool sees them: no server program, a server that
//! refuses, one that is killed while a model waits for it, and more lanes than it has connections.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Lab, shown, wait_until};

/// A laboratory with a workload of selects in which the server sleeps for so long.
fn lab(in_flight: u64, wait: &str) -> Lab {
    let lab = Lab::new(&["good"]);
    let workload = format!(
        "name = \"selects\"\nabout = \"selects\"\nclass = \"io\"\ntasks = 1000\n\
         in_flight = {in_flight}\nseed = 1\n[[step]]\n\
         postgres-select = {{ rows = 100, wait = \"{wait}\" }}\n"
    );
    lab.write("selects.toml", &workload);
    lab
}

const COMPARE: [&str; 6] = [
    "compare",
    "./selects.toml",
    "--reference",
    "foreign/good",
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
    let shown_url = format!("postgres://me@127.0.0.1:{port}/db");
    assert!(text.contains(&format!("--postgres {shown_url}")), "{text}");
    assert_eq!(lab.run_json()["environment"]["postgres"], shown_url);
    for file in ["run.json", "samples.jsonl"] {
        let stored = fs::read_to_string(lab.path("results/latest").join(file)).unwrap();
        assert!(!stored.contains("secret"), "{file}");
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
    assert!(refused(&lab, &COMPARE).contains("it takes 200 connections"));
    let run = ["run", "foreign/good", "./selects.toml"];
    assert!(refused(&lab, &run).contains("201 in flight are too many"));
    let bad = [&run[..], &["--postgres", "localhost"]].concat();
    assert!(refused(&lab, &bad).contains("postgres://user:password@host:port/database"));
}

/// The model's connections end in the middle of a select; nothing is tried again.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_is_killed_during_a_run_is_an_error_of_the_run() {
    let lab = lab(2, "50s");
    let mut command = lab.xtask(&["run", "threads/pool", "./selects.toml", "--tasks", "2"]);
    command.args(["--time-limit", "5m"]);
    let tool = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = None;
    wait_until("a select of the model, or the end of the tool", || {
        !is_running(tool.id()) || cluster_of(tool.id()).is_some_and(|data| selects(&data))
    });
    if is_running(tool.id()) {
        server = cluster_of(tool.id());
        let pid = postmaster(server.as_ref().unwrap()).unwrap();
        assert!(
            Command::new("kill")
                .args(["-QUIT", &pid])
                .status()
                .unwrap()
                .success()
        );
    }
    let output = tool.wait_with_output().unwrap();
    let text = shown(&output);
    let Some(data) = server else {
        assert!(text.contains("unavailable: no PostgreSQL"), "{text}");
        let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
        assert!(!required.contains("postgres"), "{text}");
        eprintln!("not tested: {text}");
        return;
    };
    assert_eq!(output.status.code(), Some(1), "{text}");
    // Of the two lanes either may be the first to notice.
    let of_either = |task| text.contains(&format!("threads/pool: failed: task {task}: postgres: "));
    assert!([1000, 1001].into_iter().any(of_either), "{text}");
    assert!(!data.exists(), "the cluster is gone");
}

fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.trim_start().to_owned());
    state.is_some_and(|state| !state.starts_with('Z'))
}

fn children_of(pid: &str) -> Vec<String> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// The data folder of the cluster whose service this tool has started.
fn cluster_of(tool: u32) -> Option<PathBuf> {
    let services = children_of(&tool.to_string());
    let folders = fs::read_dir(std::env::temp_dir()).ok()?.flatten();
    let is_its = |name: &str| {
        let of = name
            .strip_prefix("manyways-pg-")
            .and_then(|rest| rest.split('-').next());
        of.is_some_and(|pid| services.iter().any(|service| service == pid))
    };
    let mut its = folders.filter(|entry| entry.file_name().to_str().is_some_and(is_its));
    Some(its.next()?.path().join("data"))
}

fn postmaster(data: &Path) -> Option<String> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    Some(text.lines().next()?.to_owned())
}

/// Whether a backend is in the middle of a select: its title says so.
fn selects(data: &Path) -> bool {
    let backends = postmaster(data).map(|pid| children_of(&pid));
    backends.unwrap_or_default().iter().any(|pid| {
        let title = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&title).contains("[local] SELECT")
    })
}
