//! The real Python peer, driven line by line: what the tests of its answers and of its faults share.

#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Every variant that needs no newer Python than the oldest that is supported.
pub(crate) const VARIANTS: [&str; 8] = [
    "sequential",
    "threading",
    "pool",
    "asyncio",
    "asyncio+threads",
    "multiprocessing",
    "multiprocessing+forkserver",
    "multiprocessing+spawn",
];

/// Whether there is a Python that the peer runs under; says so where there is none.
pub(crate) fn has_python() -> bool {
    let version = Command::new("python3")
        .arg(program())
        .arg("--version")
        .output();
    let found = version.is_ok_and(|output| output.status.success());
    if !found {
        let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
        assert!(!required.contains("python"), "no python3 for the peer");
        eprintln!("unavailable: no python3 of version 3.9 or newer is on the PATH");
    }
    found
}

fn program() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap())
        .with_file_name("peers")
        .join("python/main.py")
}

/// Whether a script runs well that can import the peer's own modules.
pub(crate) fn runs_with_peer(script: &str) -> bool {
    let mut command = Command::new("python3");
    command.args(["-c", script]);
    command.env("PYTHONPATH", program().with_file_name(""));
    command.status().unwrap().success()
}

/// A request for all tasks of a workload, whose other fields are given.
pub(crate) fn request(variant: &str, tasks: u64, in_flight: u64, work: &Value) -> Value {
    let mut workload = json!({
        "name": "test", "about": "of a test", "class": "mixed", "tasks": tasks,
        "in_flight": in_flight, "seed": 7,
    });
    for (name, value) in work.as_object().into_iter().flatten() {
        workload[name] = value.clone();
    }
    json!({
        "protocol": 1, "variant": variant, "tasks": tasks, "hold": false, "digests": null,
        "parent": std::process::id(),
        "setup": {
            "workload": workload, "endpoints": {}, "workers": 2, "in_flight": in_flight,
            "blocking": in_flight, "switch_interval_us": 5000,
        },
    })
}

/// The program with a request sent.
pub(crate) struct Program {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Its temporary files, which it leaves where it is killed.
    _temporary: tempfile::TempDir,
}

impl Program {
    pub(crate) fn start(request: &Value) -> Self {
        Self::start_with(&request.to_string())
    }

    pub(crate) fn start_with(line: &str) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut process = Command::new("python3")
            .arg(program())
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let input = process.stdin.take();
        let mut program = Self {
            process,
            input,
            output,
            _temporary: temporary,
        };
        program.send(line);
        program
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn send(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next message: its kind, and what it says.
    pub(crate) fn message(&mut self) -> (String, Value) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"));
        let (kind, value) = message.as_object().unwrap().iter().next().unwrap();
        (kind.clone(), value.clone())
    }

    /// Goes through the whole run; what `done` or `error` says, and the exit code.
    pub(crate) fn finish(mut self) -> (String, Value, Option<i32>) {
        loop {
            let (kind, value) = self.message();
            if kind == "done" || kind == "error" {
                return (kind, value, self.code());
            }
            self.send("go");
        }
    }

    /// Closes its standard input.
    pub(crate) fn close(&mut self) {
        self.input = None;
    }

    /// Waits for its end.
    pub(crate) fn code(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }

    /// Ends it as the system would.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The digest of a run whose tasks have one value each: their first step seeds.
pub(crate) fn digest_of_seeds(tasks: u64) -> String {
    let value = |index| nth(nth(7, index), 0);
    let digest = (0..tasks).map(|index| mix(index, mix(0, value(index))));
    format!("{:016x}", digest.fold(0, u64::wrapping_add))
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix64(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn nth(seed: u64, n: u64) -> u64 {
    mix64(seed.wrapping_add((n + 1).wrapping_mul(GOLDEN)))
}

fn mix(a: u64, b: u64) -> u64 {
    mix64(mix64(a.wrapping_add(GOLDEN)) ^ b)
}
