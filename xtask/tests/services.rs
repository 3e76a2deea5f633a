//! A service that is killed in the middle of a run is started anew, and the run is done again.

mod common;

use std::process::{Command, Stdio};

use common::{Lab, shown, wait_until};

/// Long enough that the service is killed while the first run waits for it.
const WORKLOAD: &str = "name = \"slow\"\nabout = \"x\"\nclass = \"io\"\ntasks = 4\nin_flight = 2\nseed = 1\n\
    [[step]]\nhttp-get = { bytes = 100, latency = \"1s\", connection = \"keep-alive\" }\n";

/// The children of a process whose command line contains a text.
fn children(parent: u32, text: &str) -> Vec<String> {
    let output = Command::new("ps")
        .args(["-eo", "pid=,ppid=,args="])
        .output()
        .expect("every Unix has ps");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let of_parent = lines.lines().filter_map(|line| {
        let (pid, rest) = line.trim().split_once(char::is_whitespace)?;
        let (ppid, args) = rest.trim().split_once(char::is_whitespace)?;
        let is_one = ppid == parent.to_string() && args.contains(text);
        (is_one && !args.contains("--version")).then(|| pid.to_owned())
    });
    of_parent.collect()
}

/// A comparison of these variants during whose first run the origin is killed.
fn with_killed_origin(variants: &str, arguments: &[&str]) {
    let lab = Lab::new(&["good"]);
    lab.write("slow.toml", WORKLOAD);
    let reference = ["compare", "./slow.toml", "--reference", "threads/pool"];
    let mut command = lab.xtask(&reference);
    command.args(["--model", variants]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let tool = command.spawn().unwrap();
    wait_until("a run", || {
        !children(tool.id(), "release/threads").is_empty()
    });
    for service in children(tool.id(), "release/services") {
        let killed = Command::new("kill").args(["-KILL", &service]).status();
        assert!(killed.unwrap().success());
    }
    let output = tool.wait_with_output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let lost = "the HTTP origin: `services` was ended by signal 9 (SIGKILL)";
    assert!(text.contains(lost), "{text}");
    assert!(text.contains("the run is done once more"), "{text}");
    let runs = lab.runs();
    assert!(!runs.is_empty(), "{text}");
    for run in runs {
        assert!(run["outcome"].get("measured").is_some(), "{run}: {text}");
    }
}

#[test]
fn a_run_whose_origin_is_killed_is_measured_again() {
    with_killed_origin("threads/pool", &["--runs", "2"]);
}

#[test]
fn so_are_all_that_ran_side_by_side() {
    with_killed_origin("threads/*", &["--profile", "smoke"]);
}
