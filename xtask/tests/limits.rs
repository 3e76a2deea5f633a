//! A run that needs more open files than the machine allows is unavailable, is not started, and stops no other.

mod common;

use std::process::Command;

use common::{Lab, shown};

/// The tool with these limits of open files.
fn limited(lab: &Lab, limits: &str, arguments: &[&str]) -> Command {
    lab.after(limits, &lab.xtask(arguments))
}

/// A laboratory with a workload whose lanes have a connection each.
fn with_connections() -> Lab {
    let lab = Lab::new(&["good"]);
    lab.write(
        "get.toml",
        "name = \"get\"\nabout = \"a connection a lane\"\nclass = \"io\"\ntasks = 2000\nin_flight = 10\n\
         seed = 1\n[[step]]\nhttp-get = { bytes = 1, latency = \"1ms\" }\n",
    );
    lab
}

#[test]
fn a_cell_that_cannot_fit_is_unavailable_and_the_others_run() {
    let lab = with_connections();
    let arguments = [
        "compare",
        "./get.toml",
        "-L",
        "in_flight=16,1024",
        "--model",
        "foreign/*",
        "--reference",
        "foreign/good",
        "--profile",
        "smoke",
    ];
    let output = limited(&lab, "ulimit -n 200", &arguments).output().unwrap();
    let shown = shown(&output);
    let failures: Vec<_> = lab
        .runs()
        .iter()
        .map(|run| run["outcome"]["failed"]["failure"].clone())
        .collect();
    let unavailable: Vec<_> = failures
        .iter()
        .filter(|failure| failure["kind"] == "unavailable")
        .collect();
    assert!(!unavailable.is_empty(), "{shown}");
    for failure in &unavailable {
        let message = failure["message"].as_str().unwrap();
        let words = "needs about 1100 open files, 200 allowed";
        assert!(message.starts_with(words), "{message}");
    }
    // The program of the lower level was started; that it opens other lanes than it says is its own fault.
    assert!(unavailable.len() < failures.len(), "{shown}");
    assert!(!lab.pids().is_empty(), "{shown}");
}

#[test]
fn the_soft_limit_is_raised() {
    let lab = with_connections();
    let arguments = ["run", "foreign/good", "./get.toml", "--in-flight", "1024"];
    let output = limited(&lab, "ulimit -Sn 200", &arguments)
        .output()
        .unwrap();
    assert!(!shown(&output).contains("open files"), "{}", shown(&output));
    assert!(!lab.pids().is_empty(), "{}", shown(&output));
    let output = limited(&lab, "ulimit -n 150", &["doctor"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    for part in ["the soft limit is 150", "the hard one", "ulimit -Hn"] {
        assert!(shown(&output).contains(part), "{part}: {}", shown(&output));
    }
}
