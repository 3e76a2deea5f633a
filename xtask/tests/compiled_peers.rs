//! The peers that a compiler builds (Go, Java, ranks of MPI) keep the rules of the run protocol and give the right answers.
//! Where a language is missing, or older than its peer needs, its tests say so.

mod common;

use std::path::Path;
use std::process::Command;

use common::{Lab, shown};

/// The first line that a command prints to standard output or standard error; `None` where it fails.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    let line = String::from_utf8_lossy(&text).lines().next()?.to_owned();
    output.status.success().then_some(line)
}

/// The numbers of a version within a line: (1, 19) of `go version go1.19.8 linux/amd64`.
fn version(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok());
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

/// Whether a language is there; says so where it is not, and fails where it must be.
fn has(name: &str, oldest: (u32, u32), found: Option<(u32, u32)>) -> bool {
    let is_there = found.is_some_and(|found| found >= oldest);
    if !is_there {
        let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|one| one == name),
            "no {name} for the peer"
        );
        let (major, minor) = oldest;
        eprintln!("unavailable: no {name} of version {major}.{minor} or newer is on the PATH");
    }
    is_there
}

fn has_go() -> bool {
    let line = answer("go", &["version"]);
    has("go", (1, 19), line.and_then(|line| version(&line)))
}

fn java_version() -> Option<(u32, u32)> {
    let line = answer("java", &["-version"])?;
    // A runtime without a compiler runs Java, and builds none.
    let modules = Command::new("java").arg("--list-modules").output().ok()?;
    let compiles = String::from_utf8_lossy(&modules.stdout).contains("jdk.compiler@");
    compiles.then(|| version(&line)).flatten()
}

fn has_java() -> bool {
    has("java", (17, 0), java_version())
}

/// Every rule holds for a variant.
#[track_caller]
fn keeps_the_rules(variant: &str) {
    let lab = Lab::new(&[]);
    let output = lab.xtask(&["conformance", variant]).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains(" 0 broken"), "{text}");
}

/// Every workload of the catalogue gives the right answer under every variant, or is told not to be done.
#[track_caller]
fn answers_are_right(model: &str, reference: &str, does: &[(&str, bool)]) {
    let lab = Lab::new(&["good"]);
    let arguments = ["compare", "--profile", "smoke", "--model", model];
    let mut command = lab.xtask(&arguments);
    command.args(["--reference", reference, "--time-limit", "5m"]);
    let output = command.output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let runs = lab.runs();
    for run in &runs {
        let failure = &run["outcome"]["failed"]["failure"];
        let is_absent = failure["kind"] == "unsupported" || failure["kind"] == "unavailable";
        let variant = run["variant"].as_str().unwrap();
        assert!(failure.is_null() || is_absent, "{variant}: {failure}");
    }
    for (workload, is_done) in does {
        let mut of = runs.iter().filter(|run| run["workload"] == *workload);
        let ran = of.any(|run| run["outcome"]["failed"].is_null());
        assert_eq!(ran, *is_done, "{workload}: {text}");
    }
}

#[test]
fn versions_are_found_in_what_programs_print() {
    let go = "go version go1.19.8 linux/amd64";
    assert_eq!(version(go), Some((1, 19)));
    assert_eq!(
        version("openjdk version \"17.0.15\" 2025-04-15"),
        Some((17, 0))
    );
    assert_eq!(
        version("openjdk version \"25\" 2025-09-16"),
        Some((25, 2025))
    );
    assert_eq!(version("none"), None);
}

#[test]
fn go_keeps_the_rules() {
    if has_go() {
        keeps_the_rules("go/goroutines");
        keeps_the_rules("go/pool");
    }
}

/// What the tool says of the processor time in the trace of a run.
fn processor_in_trace(lab: &Lab, variant: &str) -> String {
    let arguments = ["trace", variant, "notes-mixed", "--tasks", "20"];
    let output = lab.xtask(&arguments).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let line = text.lines().find(|line| line.starts_with("processor: "));
    line.unwrap_or_else(|| panic!("{text}")).to_owned()
}

/// The tool holds a trace against the run that it is of.
#[test]
fn go_records_who_ran_when() {
    if !has_go() {
        return;
    }
    let lab = Lab::new(&[]);
    for variant in ["go/sequential", "go/goroutines", "go/pool"] {
        // Between its readings a busy machine may charge a process for what others do, but not in each of several runs.
        let mut runs = std::iter::repeat_with(|| processor_in_trace(&lab, variant)).take(5);
        assert!(
            runs.any(|line| line.contains("in the run: they agree")),
            "{variant}"
        );
    }
    let coordination = ["trace", "go/goroutines", "spawn"];
    let text = shown(&lab.xtask(&coordination).output().unwrap());
    assert!(text.contains("coordination has no lanes"), "{text}");
}

#[test]
fn go_gives_right_answers() {
    if has_go() {
        let does = [("http-rate", true), ("sqlite", false), ("stall", true)];
        answers_are_right("go/*", "go/sequential", &does);
    }
}

fn has_mpi() -> bool {
    // Without its headers nothing is built.
    let compiler = answer("mpicc", &["--showme:version"]);
    let line = compiler.and_then(|_| answer("mpirun", &["--version"]));
    let found = line.filter(|line| line.contains("Open MPI"));
    has("mpi", (4, 0), found.and_then(|line| version(&line)))
}

#[test]
fn mpi_keeps_the_rules() {
    if has_mpi() {
        keeps_the_rules("mpi/farm");
    }
}

#[test]
fn mpi_keeps_the_rules_without_yielding() {
    if has_mpi() {
        keeps_the_rules("mpi/farm+spin");
    }
}

#[test]
fn mpi_keeps_the_rules_over_two_namespaces() {
    if !has_mpi() {
        return;
    }
    let lab = Lab::new(&[]);
    let peers = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).with_file_name("peers");
    let script = peers.join("mpi/namespaces.sh");
    let shell = format!("set -- sh '{}' \"$@\"", script.display());
    let tool = lab.xtask(&["conformance", "mpi/farm"]);
    let output = lab.after(&shell, &tool).output().unwrap();
    let text = shown(&output);
    // The script says so where namespaces are not allowed, and ends like this.
    if output.status.code() == Some(77) {
        eprintln!("{text}");
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains(" 0 broken"), "{text}");
}

#[test]
fn mpi_gives_right_answers() {
    if has_mpi() {
        let does = [
            ("files", true),
            ("http-rate", true),
            ("sqlite", true),
            ("ping-pong", true),
            ("stall", false),
        ];
        answers_are_right("mpi/*", "mpi/farm", &does);
    }
}

#[test]
fn java_keeps_the_rules() {
    if has_java() {
        keeps_the_rules("java/threads");
    }
}

#[test]
fn java_gives_right_answers() {
    if has_java() {
        let does = [
            ("files", true),
            ("files-cold", false),
            ("http-rate", true),
            ("sqlite", false),
            ("stall", true),
        ];
        answers_are_right("java/*", "java/sequential", &does);
    }
}

/// Where the Java of this machine has virtual threads they keep the rules, and otherwise they are told not to be there.
#[test]
fn virtual_threads_keep_the_rules_or_are_told_to_be_missing() {
    if !has_java() {
        return;
    }
    if java_version() >= Some((21, 0)) {
        keeps_the_rules("java/virtual");
        return;
    }
    let lab = Lab::new(&[]);
    let arguments = ["run", "java/virtual", "noop", "--tasks", "10"];
    let text = shown(&lab.xtask(&arguments).output().unwrap());
    assert!(
        text.contains("virtual threads need Java 21 or newer"),
        "{text}"
    );
}
