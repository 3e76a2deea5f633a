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
    for rule in ["1", "2", "4", "5", "6", "7", "9", "11", "12"] {
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

/// A server of threads with something else in the place of one function.
fn serving(change: &str) -> String {
    format!(
        "from peer import http_server, input, lane, meters, serving\nfrom peer.models import thread_server\n{change}"
    )
}

#[test]
fn a_server_that_skips_its_step_is_found() {
    let change = serving("lane.Lane.run = lambda self, index: 0");
    breaks(
        "11",
        &change,
        &["several tasks on one", "another body than that of task 0"],
    );
}

#[test]
fn a_server_that_keeps_no_connection_is_found() {
    let change = serving(
        "send = thread_server._answer\n\
         thread_server.answer = lambda connection, work: (\n\
         \x20   connection.sendall(send(lane.Lane(work).open(), http_server.Answers(work),\n\
         \x20       http_server.take_request(connection.recv(9999))[0])), connection.close())",
    );
    breaks("11", &change, &["the end of the connection"]);
}

#[test]
fn a_server_that_wants_a_request_in_one_piece_is_found() {
    let change = serving(
        "take = http_server.take_request\n\
         def whole(received):\n\
         \x20   request = take(received)\n\
         \x20   if request is None and received:\n\
         \x20       raise http_server.BadRequest\n\
         \x20   return request\n\
         thread_server.take_request = whole",
    );
    breaks(
        "11",
        &change,
        &["a request that comes in pieces", "status 400"],
    );
}

#[test]
fn a_server_that_has_every_path_is_found() {
    let change =
        serving("thread_server.NOT_FOUND = b'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n'");
    breaks("11", &change, &["a path that is not there", "status 200"]);
}

#[test]
fn a_server_in_which_one_client_stops_all_is_found() {
    let change = serving(
        "thread_server.Pool.listen = lambda self, listener: (\n\
         \x20   thread_server.start_thread(self._live, (listener,)))",
    );
    let words = [
        "a client that stops within",
        "as many connections as lanes",
        "no answer within",
    ];
    breaks("11", &change, &words);
}

#[test]
fn a_server_that_ends_with_a_client_is_found() {
    let change = serving(
        "alive = thread_server.answer\n\
         def dies(connection, work):\n\
         \x20   alive(connection, work)\n\
         \x20   os._exit(9)\n\
         thread_server.answer = dies",
    );
    breaks("11", &change, &["a client that leaves within a request"]);
}

#[test]
fn a_server_that_leaves_out_a_phase_is_found() {
    let change = serving(
        "say = serving.say\n\
         serving.say = lambda message: None if 'serving' in message or 'held' in message else say(message)",
    );
    breaks("12", &change, &["nothing where `serving` was due"]);
}

#[test]
fn a_server_that_goes_on_without_an_order_is_found() {
    let change = serving(
        "answer = serving.Serving._answer\n\
         serving.Serving._answer = lambda self, server, order: (\n\
         \x20   None if order == 'go' else answer(self, server, order))",
    );
    breaks("12", &change, &["`serving` before `go`"]);
}

#[test]
fn a_server_whose_meters_begin_too_early_is_found() {
    let change = serving("meters.Usage.__sub__ = lambda one, earlier: one");
    breaks("12", &change, &["2 requests after 8 before `go`"]);
}

#[test]
fn a_server_that_outlives_its_input_is_found() {
    let change =
        serving("input.Input.abort = lambda self, code: None if code == 3 else os._exit(code)");
    breaks(
        "12",
        &change,
        &[
            "standard input closed while connections are open",
            "runs on",
        ],
    );
}
