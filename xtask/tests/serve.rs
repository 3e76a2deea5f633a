//! Models and programs that serve, under the real load generator: real answers, and what is wrong with others.

mod common;
mod peer;

use std::path::Path;
use std::process::Output;

use common::{Lab, shown};
use peer::has_python;

/// Requests with a step, which is part of the right answer.
const WORKLOAD: &str = r#"
name = "asked"
about = "requests"
class = "serve"
tasks = 400
in_flight = 4
rate = "4000/s"
seed = 1
[serve]
bytes = "64B"
[[step]]
compute = { kernel = "sum-squares", size = 5 }
"#;

/// A server of a few lines. `MODE` says what is wrong with it.
const SERVER: &str = r#"
import os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The head and the body are one segment.
    wbufsize = -1

    def do_GET(self):
        if MODE == "dies" and self.path == "/hello/3":
            die()
        if MODE == "leaves" and self.path == "/hello/0":
            answer_after_the_end()
        body = b"hello" if self.path.startswith("/hello/") else b"?"
        self.send_response(200 if MODE != "refuses" else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

def die():
    print("my last words", flush=True)
    os._exit(7)

def answer_after_the_end():
    """Goes on in a child, which waits for the end of this process."""
    parent = os.getpid()
    if os.fork() != 0:
        die()
    while os.getppid() == parent:
        time.sleep(0.001)

port, MODE = int(sys.argv[1]), sys.argv[2]
if MODE == "deaf":
    sys.exit("I do not listen")
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"#;

fn server(mode: &str, asks: &str) -> String {
    format!(
        "[[server]]\nname = \"{mode}\"\nrun = [\"python3\", \"server.py\", \"{{port}}\", \"{mode}\"]\nasks = {asks}\n"
    )
}

fn lab(servers: &str) -> Lab {
    let lab = Lab::new(&[]);
    lab.write("server.py", SERVER);
    lab.write("asked.toml", format!("{WORKLOAD}{servers}"));
    lab
}

fn compare(lab: &Lab, arguments: &[&str]) -> Output {
    let mut all = vec!["compare", "./asked.toml", "--reference", "python/threading"];
    all.push("--keep-disturbed");
    all.extend(arguments);
    lab.xtask(&all).output().unwrap()
}

const SMOKE: [&str; 2] = ["--profile", "smoke"];

#[test]
fn models_that_serve_give_right_answers_and_have_their_cost_and_latency_judged() {
    if !has_python() {
        return;
    }
    let lab = lab("");
    let names = [
        "python/threading",
        "python/asyncio",
        "python/asyncio+threads",
    ];
    let models = names.map(|name| ["--model", name]).concat();
    let output = compare(&lab, &[&models[..], &["--runs", "2"]].concat());
    assert!(output.status.success(), "{}", shown(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for column in ["CPU ratio", "latency ratio", "late starts"] {
        assert!(text.contains(column), "{column}: {text}");
    }
    assert!(text.contains("CPU of the load generator"), "{text}");
    let runs = lab.runs();
    let done = |run: &serde_json::Value| run["outcome"]["measured"]["done"].clone();
    let digests: Vec<String> = runs
        .iter()
        .map(|run| done(run)["digest"].to_string())
        .collect();
    assert!(digests.len() > 6 && digests.iter().all(|one| *one == digests[0]));
    for run in &runs {
        assert_eq!(done(run)["tasks"], run["tasks"]);
        assert!(done(run)["cpu_ns"].as_u64().unwrap() > 0);
        assert!(
            run["origin_cpu_ns"].as_u64().unwrap() > 0,
            "of the generator"
        );
    }
}

#[test]
fn a_model_that_skips_its_step_is_caught_and_one_that_does_not_serve_says_so() {
    if !has_python() {
        return;
    }
    let lab = lab("");
    let peers = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap())
        .with_file_name("peers")
        .join("python");
    let program = format!(
        "import sys\nsys.path.insert(0, {:?})\nimport main, peer.lane\n\
         peer.lane.Lane.run = lambda lane, index: 0\nsys.exit(main.main(sys.argv[1:]))\n",
        peers.display()
    );
    lab.write("models/skips/skips.py", program);
    lab.write(
        "models/skips/model.toml",
        "name = \"skips\"\nabout = \"does no step\"\nclasses = [\"serve\"]\n\
         run = [\"python3\", \"{folder}/skips.py\"]\n[[variant]]\nname = \"threading\"\nabout = \"a\"\n\
         capacity = \"in-flight\"\n",
    );
    let models = ["--model", "skips/*", "--model", "python/sequential"];
    let output = compare(&lab, &[&models[..], &SMOKE].concat());
    assert_eq!(output.status.code(), Some(4), "{}", shown(&output));
    let text = shown(&output);
    assert!(text.contains("the first task that differs is 0"), "{text}");
    assert_eq!(lab.failures("skips/threading"), ["differs"]);
    assert_eq!(lab.failures("python/sequential"), ["unsupported"]);
}

#[test]
fn a_server_of_the_users_is_asked_beside_the_models_and_says_what_it_cost() {
    if !has_python() {
        return;
    }
    let lab = lab(&server(
        "mine",
        "{ path = \"/hello/{task}\", crc = \"3610a686\" }",
    ));
    let output = compare(&lab, &[&["--model", "server/mine"], &SMOKE[..]].concat());
    assert!(output.status.success(), "{}", shown(&output));
    let run = lab.xtask(&["run", "server/mine", "./asked.toml", "--memory"]);
    let output = { run }.output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let text = shown(&output);
    assert!(text.contains("CPU") && text.contains("memory"), "{text}");
    // Of another file it is asked by nobody.
    lab.write("other.toml", WORKLOAD.replace("asked", "other"));
    let mut both = lab.xtask(&[
        "compare",
        "./asked.toml",
        "./other.toml",
        "--model",
        "server/mine",
    ]);
    both.args(["--reference", "python/threading"]).args(SMOKE);
    let output = both.output().unwrap();
    let text = shown(&output);
    assert!(text.contains("and by no other"), "{text}");
}

#[test]
fn a_server_that_does_not_start_dies_or_answers_wrongly_says_so() {
    if !has_python() {
        return;
    }
    let any = "{ path = \"/hello/{task}\" }";
    let cases = [
        (
            server("deaf", any),
            "ended with exit code 1 before it accepted a connection on port",
            "I do not listen",
        ),
        (
            server("dies", any),
            "ended with exit code 7 while it was asked",
            "my last words",
        ),
        (
            server("leaves", any),
            "ended with exit code 7 while it was asked: although all requests were answered",
            "my last words",
        ),
        (server("refuses", any), "status 503", ""),
        (
            server("mine", "{ path = \"/hello/{task}\", crc = \"00000001\" }"),
            "the CRC-32 of the body is 3610a686 where 00000001 is right",
            "",
        ),
        (
            "[[server]]\nname = \"gone\"\nrun = [\"./no-such-server\", \"{port}\"]\n".to_owned(),
            "./no-such-server: No such file",
            "",
        ),
    ];
    for (servers, expected, printed) in cases {
        let lab = lab(&servers);
        let name = servers.split('"').nth(1).unwrap().to_owned();
        let variant = format!("server/{name}");
        // One that leaves is asked once: what other threads would still answer ends with it.
        let tasks = if name == "leaves" { "1" } else { "8" };
        let output = lab
            .xtask(&["run", &variant, "./asked.toml", "--tasks", tasks])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
        let text = shown(&output);
        assert!(text.contains(expected) && text.contains(printed), "{text}");
    }
}

#[test]
fn what_makes_no_sense_in_a_file_is_refused_before_anything_runs() {
    let cases = [
        (
            "rate = \"4000/s\"",
            "headline = \"cpu\"",
            "leave `headline` out",
        ),
        (
            "class = \"serve\"",
            "class = \"io\"",
            "asked.toml:4:9: allowed beside `[serve]` is `serve`",
        ),
        (
            "size = 5 }",
            "size = 5 }\n[[step]]\nblock = { duration = \"1ms\" }",
            "`block` is no step of a request",
        ),
    ];
    for (from, to, expected) in cases {
        let lab = lab("");
        lab.write("asked.toml", WORKLOAD.replace(from, to));
        let output = lab.xtask(&["compare", "./asked.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        assert!(shown(&output).contains(expected), "{}", shown(&output));
    }
}
