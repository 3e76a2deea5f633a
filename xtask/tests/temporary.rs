//! What runs leave in the directory for temporary files: nothing, however they end. A directory that does
//! not serve is an error before anything runs.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::{Lab, shown};

const NOTHING: [PathBuf; 0] = [];

/// What is in a directory.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// An empty directory for temporary files.
fn temporary(lab: &Lab) -> PathBuf {
    let directory = lab.path("tmp");
    fs::create_dir(&directory).unwrap();
    directory
}

/// A comparison that has come to a run which never ends.
fn at_the_stubborn_one(lab: &Lab, temporary: &Path) -> Child {
    let mut command = lab.compare(&["--model", "foreign/*", "--runs", "50"]);
    command.env("TMPDIR", temporary);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    lab.wait_for("models/foreign/stubborn");
    child
}

fn signal(child: &Child, name: &str) {
    let mut kill = Command::new("kill");
    let status = kill.args([name, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[test]
fn nothing_is_left_however_a_run_ends() {
    let lab = Lab::new(&[
        "good",
        "exit-1",
        "abort",
        "hang",
        "says-error",
        "left-daemon",
    ]);
    let directory = temporary(&lab);
    let options = ["--model", "foreign/*", "--runs", "2", "--time-limit", "1s"];
    let output = lab
        .compare(&options)
        .env("TMPDIR", &directory)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(lab.failures("foreign/hang"), ["hung"]);
    assert_eq!(lab.failures("foreign/good"), [""; 0], "{}", shown(&output));
    assert_eq!(entries(&directory), NOTHING);
}

#[test]
fn nothing_is_left_after_an_interrupt() {
    let lab = Lab::new(&["good", "stubborn"]);
    let directory = temporary(&lab);
    let child = at_the_stubborn_one(&lab, &directory);
    let [of_tool] = &entries(&directory)[..] else {
        panic!("one folder of the tool: {:?}", entries(&directory));
    };
    assert!(of_tool.join("00/of-foreign").exists());
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", shown(&output));
    assert_eq!(entries(&directory), NOTHING);
}

#[test]
fn what_a_killed_tool_left_is_removed_by_the_next_one() {
    // `doctor` looks for what is left, and so does every command that runs programs.
    for by_doctor in [true, false] {
        let lab = Lab::new(&["good", "stubborn"]);
        let directory = temporary(&lab);
        let mut child = at_the_stubborn_one(&lab, &directory);
        // A neighbour's.
        fs::create_dir(directory.join("other")).unwrap();
        signal(&child, "-KILL");
        child.wait().unwrap();
        assert_eq!(entries(&directory).len(), 2);
        let mut next = if by_doctor {
            lab.xtask(&["doctor"])
        } else {
            lab.compare(&["--model", "foreign/good", "--profile", "smoke"])
        };
        let output = next.env("TMPDIR", &directory).output().unwrap();
        assert!(
            shown(&output).contains("removed 1 temporary folder"),
            "{}",
            shown(&output)
        );
        assert_eq!(entries(&directory), [directory.join("other")]);
    }
}

#[test]
fn a_directory_that_does_not_serve_is_named_before_anything_runs() {
    let lab = Lab::new(&["good"]);
    let long = lab.path(&"x".repeat(100));
    fs::create_dir(&long).unwrap();
    let file = lab.write("file", "");
    for (directory, why) in [
        (long, "at most"),
        (lab.path("missing"), "No such file"),
        (file, "Not a directory"),
    ] {
        let shown_path = directory.display().to_string();
        for mut command in [lab.compare(&["--profile", "smoke"]), lab.xtask(&["doctor"])] {
            let output = command.env("TMPDIR", &directory).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
            for part in [&shown_path, why, "set TMPDIR to"] {
                assert!(shown(&output).contains(part), "{part}: {}", shown(&output));
            }
        }
        assert!(lab.pids().is_empty());
    }
}
