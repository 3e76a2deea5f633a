//! Steps that call functions of a library in C: in a lane, in the program of right answers, and what is said
//! where they cannot be called.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, OnceLock};

use tempfile::TempDir;
use workloads::blocking::{BlockingIo, run_ready};
use workloads::digest::of_task;
use workloads::expected::Reference;
use workloads::protocol::{Call, CallKind, Endpoints, Setup, Step, Workload, parse};
use workloads::{Lane, Task, Work};

const C: &str = r#"
#include <stdint.h>
#include <stdlib.h>
#include <stdatomic.h>

/* As one would write it: a value of seed and index, through a buffer of the lane. */
int32_t mix_open(void **lane) { return (*lane = malloc(8)) ? 0 : 1; }
int32_t mix(void *lane, uint64_t seed, uint64_t index, uint64_t *value) {
    *(uint64_t *)lane = seed * 31;
    *value = *(uint64_t *)lane + index;
    return 0;
}
void mix_close(void *lane) { free(lane); }

/* Without a state. */
int32_t is_null(void *lane, uint64_t seed, uint64_t index, uint64_t *value) {
    *value = lane == 0;
    return 0;
}

int32_t fails(void *lane, uint64_t seed, uint64_t index, uint64_t *value) {
    *value = 1;
    return index == 3 ? -7 : 0;
}

int32_t closed_door_open(void **lane) { return 5; }
int32_t closed_door(void *lane, uint64_t seed, uint64_t index, uint64_t *value) { return 0; }

/* How many lanes of this function are open. */
static atomic_int open_lanes;
int32_t counts_open(void **lane) { atomic_fetch_add(&open_lanes, 1); return 0; }
int32_t counts(void *lane, uint64_t seed, uint64_t index, uint64_t *value) {
    *value = atomic_load(&open_lanes);
    return 0;
}
void counts_close(void *lane) { atomic_fetch_sub(&open_lanes, 1); }

/* The number of the call, which depends on the order of tasks. */
static atomic_ullong calls;
int32_t in_turn(void *lane, uint64_t seed, uint64_t index, uint64_t *value) {
    *value = atomic_fetch_add(&calls, 1);
    return 0;
}
"#;

/// The library, made once for all tests of this process.
fn library() -> PathBuf {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("work.c");
        std::fs::write(&source, C).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]);
        let made = compiler.arg(folder.path().join("libwork.so")).arg(&source);
        assert!(made.status().unwrap().success());
        folder
    });
    folder.path().join("libwork.so")
}

fn workload(library: &Path, function: &str, kind: CallKind) -> Workload {
    let text = "name = \"w\"\nabout = \"\"\nclass = \"mixed\"\ntasks = 9\nin_flight = 2\nseed = 1\n\
        [[step]]\nblock = { duration = \"100us\" }\n";
    let mut workload = parse(text.as_bytes(), "w.toml").unwrap();
    workload.steps.push(Step::Call(Call {
        library: library.to_owned(),
        function: function.to_owned(),
        kind,
    }));
    workload
}

fn open(workload: &Workload) -> Result<Lane<BlockingIo>, String> {
    let setup = Setup {
        workload: workload.clone(),
        endpoints: Endpoints::default(),
        workers: 1,
        in_flight: 2,
        blocking: 1,
        switch_interval_us: 5000,
    };
    let work = Arc::new(Work::new(setup, 2));
    run_ready(Lane::open(BlockingIo, &work)).map_err(|error| error.to_string())
}

fn digest(lane: &mut Lane<BlockingIo>, index: u64) -> Result<u64, String> {
    run_ready(lane.run(&Task::new(1, index))).map_err(|error| error.to_string())
}

#[test]
fn a_lane_gives_what_the_function_computes_and_so_does_the_reference() {
    for kind in [CallKind::Compute, CallKind::Blocking] {
        let workload = workload(&library(), "mix", kind);
        let (mut lane, mut reference) = (open(&workload).unwrap(), Reference::default());
        for index in 0..9 {
            let task = Task::new(1, index);
            let value = task.step_seed(1).wrapping_mul(31).wrapping_add(index);
            let right = of_task([task.step_seed(0), value]);
            assert_eq!(digest(&mut lane, index), Ok(right));
            assert_eq!(reference.task(&workload, index).unwrap(), right);
        }
    }
}

/// A workload whose step calls a function of the library.
fn computing(function: &str) -> Workload {
    workload(&library(), function, CallKind::Compute)
}

/// The digest of the first task where the function gives this value.
fn first_digest(value: u64) -> Result<u64, String> {
    Ok(of_task([Task::new(1, 0).step_seed(0), value]))
}

#[test]
fn a_lane_has_a_state_of_its_own_which_is_closed_with_it() {
    assert_eq!(
        digest(&mut open(&computing("is_null")).unwrap(), 0),
        first_digest(1)
    );
    let (mut one, other) = (
        open(&computing("counts")).unwrap(),
        open(&computing("counts")).unwrap(),
    );
    assert_eq!(digest(&mut one, 0), first_digest(2));
    drop(other);
    assert_eq!(digest(&mut one, 0), first_digest(1));
}

fn problem(library: &Path, function: &str) -> String {
    let workload = workload(library, function, CallKind::Compute);
    open(&workload).err().unwrap()
}

#[test]
fn what_cannot_be_called_is_said_with_its_library() {
    let library = library();
    let shown = library.display();
    let absent = problem(Path::new("/does/not/exist.so"), "mix");
    assert!(
        absent.starts_with("/does/not/exist.so cannot be loaded: "),
        "{absent}"
    );
    assert!(absent.contains("No such file"), "{absent}");
    let other = problem(&library, "mixes");
    assert!(
        other.starts_with(&format!("{shown} has no function `mixes`: ")),
        "{other}"
    );
    assert_eq!(
        problem(&library, "closed_door"),
        format!("closed_door_open of {shown} returned 5")
    );
    let mut lane = open(&workload(&library, "fails", CallKind::Compute)).unwrap();
    assert!(digest(&mut lane, 2).is_ok());
    let failed = digest(&mut lane, 3).unwrap_err();
    assert_eq!(failed, format!("task 3: fails of {shown} returned -7"));
}

/// Asks the program of right answers for 9 tasks.
fn answered(workload: &Workload) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_expected"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let question = format!(
        "{{\"workload\": {}, \"tasks\": [9]}}\n",
        serde_json::to_string(workload).unwrap()
    );
    let mut to = child.stdin.take().unwrap();
    to.write_all(question.as_bytes()).unwrap();
    drop(to);
    child.wait_with_output().unwrap()
}

#[test]
fn right_answers_are_those_that_two_loops_agree_on() {
    let right = answered(&computing("mix"));
    assert!(right.status.success(), "{right:?}");
    let answer = String::from_utf8(right.stdout).unwrap();
    assert!(!answer.contains("failed"), "{answer}");
    let in_turn = answered(&computing("in_turn"));
    let refused = String::from_utf8(in_turn.stderr).unwrap();
    assert!(!in_turn.status.success());
    assert!(
        refused.starts_with("expected: task 0 gave two answers, "),
        "{refused}"
    );
    let fails = String::from_utf8(answered(&computing("fails")).stdout).unwrap();
    assert!(fails.contains("\"failed\":\"task 3: fails of "), "{fails}");
    let absent = String::from_utf8(answered(&computing("mixes")).stderr).unwrap();
    assert!(absent.starts_with("expected: /"), "{absent}");
}
