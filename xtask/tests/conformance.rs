//! Every rule of `conformance` fails for a program that breaks it, and says how. The programs are the Python
//! peer with one thing changed each.

mod common;
mod peer;

use std::path::Path;

use common::{Lab, shown};
use peer::has_python;

const MODEL: &str = r#"
name = "fake"
about = "the Python peer with one thing changed"
classes = ["mixed"]
run = ["python3", "{folder}/main.py"]

[[variant]]
name = "pool"
about = "threads"
capacity = "in-flight"
"#;

/// What stands before and behind the change.
const BEGIN: &str = "import os, subprocess, sys, time\n";
const END: &str = "from peer import session\nsys.exit(session.main(time.monotonic_ns()))\n";

/// The peer with a change to it, checked by one rule: the exit code, and what was printed.
fn checked(rule: &str, change: &str) -> (Option<i32>, String) {
    let lab = Lab::new(&[]);
    lab.write("models/fake/model.toml", MODEL);
    let peer = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap())
        .with_file_name("peers")
        .join("python");
    let path = format!("sys.path.insert(0, {:?})\n", peer.display().to_string());
    let version = "if sys.argv[1:] == ['--version']:\n    print(VERSION)\n    sys.exit(0)\n";
    let main = format!("{BEGIN}{path}from peer.version import VERSION\n{change}\n{version}{END}");
    lab.write("models/fake/main.py", main);
    let output = lab
        .xtask(&["conformance", "fake", "--rule", rule])
        .output()
        .unwrap();
    (output.status.code(), shown(&output))
}

/// The rule fails with these words; without the change, which is tried once in
/// [`the_peer_without_a_change_keeps_the_rules`], it holds.
#[track_caller]
fn breaks(rule: &str, change: &str, words: &[&str]) {
    if !has_python() {
        return;
    }
    let (code, text) = checked(rule, change);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("✗") && text.contains("1 broken"), "{text}");
    assert!(text.contains(&format!("fake/pool --rule {rule}")), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
}

#[test]
fn the_peer_without_a_change_keeps_the_rules() {
    if !has_python() {
        return;
    }
    for rule in ["1", "2", "4", "5", "6", "7", "9"] {
        let (code, text) = checked(rule, "");
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("1 hold, 0 broken"), "{text}");
    }
}

#[test]
fn a_version_of_two_lines_is_found() {
    breaks(
        "1",
        "VERSION += '\\n(of today)'",
        &["(of today)", "one line"],
    );
}

#[test]
fn a_wrong_request_that_is_carried_out_is_found() {
    let change = "from peer import request\nrequest._known = lambda raw, names, what: raw";
    breaks("2", change, &["a field of `workload`", "`ready`", "usage"]);
}

#[test]
fn a_seed_that_is_read_as_a_double_is_found() {
    let change = "from peer import request\n\
        count = request._count\n\
        request._count = lambda raw, name, most, **of: (\n\
        \x20   int(float(raw[name])) % 2**64 if name == 'seed' else count(raw, name, most, **of))";
    breaks(
        "3",
        change,
        &["the digest is", "first task that differs is 0"],
    );
}

#[test]
fn a_file_of_digests_without_its_last_line_is_found() {
    let change = "from peer.recorder import Recorder\n\
        write = Recorder.write_digests\n\
        def cut(self, path):\n\
        \x20   write(self, path)\n\
        \x20   lines = open(path).readlines()\n\
        \x20   open(path, 'w').writelines(lines[:-1])\n\
        Recorder.write_digests = cut";
    breaks("4", change, &["a file of 11 lines"]);
}

#[test]
fn a_program_that_stands_at_no_barrier_is_found() {
    let change = "from peer.session import Session\nSession._hold = lambda self: None";
    breaks("5", change, &["seen     `ready`, `done`", "1 × `held`"]);
}

#[test]
fn a_process_that_is_left_behind_is_found_and_ended() {
    let change = "if sys.argv[1:] == []:\n\
        \x20   subprocess.Popen(['sleep', '1234'], start_new_session=True, stdin=subprocess.DEVNULL,\n\
        \x20                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)";
    breaks("6", change, &["process left after", "sleep 1234"]);
}

#[test]
fn an_origin_whose_faults_are_ignored_is_found() {
    let change = "from peer import errors\nerrors.RunError.kind = 'unavailable'";
    breaks("7", change, &["answers 500", "of kind \"failed\""]);
}

#[test]
fn latencies_out_of_order_are_found() {
    let change = "from peer.recorder import Recorder\n\
        finish = Recorder.finish\n\
        def reversed_latencies(self):\n\
        \x20   digest, latency = finish(self)\n\
        \x20   return digest, latency[::-1]\n\
        Recorder.finish = reversed_latencies";
    breaks("8", change, &["`latency` [", "ascending times"]);
}

#[test]
fn a_warm_up_that_is_left_out_is_found() {
    let change = "from peer.session import Session\nSession._warm_up = lambda self, *of: None";
    breaks("9", change, &["0 requests before `ready`", "3 requests"]);
}

#[test]
fn a_name_that_matches_nothing_is_wrong_usage() {
    let lab = Lab::new(&["good"]);
    let output = lab.xtask(&["conformance", "foriegn"]).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("no variant matches `foriegn`"), "{text}");
}
