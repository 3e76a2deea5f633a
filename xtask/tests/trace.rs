//! `cargo xtask trace`: what a program that records nothing, or nonsense, comes to, and what is refused. The traces of
//! real programs are checked with these: `benches::traces`, and `python_trace.rs`.

mod common;

use common::{Lab, shown};

/// The exit code and everything that was printed.
fn traced(lab: &Lab, arguments: &[&str]) -> (Option<i32>, String) {
    let words: Vec<&str> = std::iter::once("trace")
        .chain(arguments.iter().copied())
        .collect();
    let output = lab.xtask(&words).output().unwrap();
    (output.status.code(), shown(&output))
}

#[test]
fn a_program_that_writes_no_trace_is_unsupported_in_words() {
    let lab = Lab::new(&["good"]);
    let (code, text) = traced(&lab, &["foreign/good", "./nothing.toml"]);
    assert_eq!(code, Some(1), "{text}");
    let expected = "foreign/good: unsupported: its program ended well and wrote no trace";
    assert!(text.contains(expected), "{text}");
    lab.assert_none_left();
}

#[test]
fn a_file_that_is_no_trace_is_said_to_be_none() {
    let lab = Lab::new(&["traces-nonsense"]);
    let (code, text) = traced(&lab, &["foreign/traces-nonsense", "./nothing.toml"]);
    assert_eq!(code, Some(1), "{text}");
    let expected =
        "garbage: the file `trace` that the program wrote: its first line is not that of a trace";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_cannot_be_written_or_run_is_refused_before_anything_is_started() {
    let lab = Lab::new(&["good"]);
    let cases: [(&[&str], &str); 6] = [
        (&["foreign/god", "./nothing.toml"], "foreign/god"),
        (&["foreign/good", "nohting"], "nohting"),
        (
            &["foreign/good", "./nothing.toml", "--html", "-"],
            "--html -: standard output is for the summary; name a file",
        ),
        (
            &[
                "foreign/good",
                "./nothing.toml",
                "--html",
                "x",
                "--chrome",
                "x",
            ],
            "are the same file",
        ),
        (
            &["foreign/good", "./nothing.toml", "--svg", "-"],
            "--svg -: standard output is for the summary; name a file",
        ),
        (
            &["foreign/good", "./nothing.toml", "--tasks", "5"],
            "--tasks 5: the workload has 4",
        ),
    ];
    for (arguments, expected) in cases {
        let (code, text) = traced(&lab, arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(lab.pids().is_empty(), "nothing was started");
    }
}
