//! The traces of the Python peer: every variant records what its tasks do, in one process or in several, and
//! coordination says that it does not.

mod peer;

use protocol::{EVENT_BYTES, Event, Happened, TraceHeader, WaitsFor};
use serde_json::{Value, json};

use peer::{Program, has_python, request};

const TASKS: u64 = 12;
/// Processes or interpreters, as `request` asks for.
const WORKERS: u32 = 2;
/// Processor time by which the figures of a trace and of its run may differ, however little was used.
const SLACK_NS: u64 = 1_000_000;
/// Runs of which one must have figures near each other.
const RUNS: usize = 5;

/// A request for a trace of tasks that wait and then compute.
fn traced(variant: &str, file: &str) -> Value {
    let steps = json!([
        {"wait": {"duration": "1000000ns"}},
        {"compute": {"kernel": "sha256", "size": 2_000_000}},
    ]);
    let mut request = request(variant, TASKS, 3, &json!({"step": steps}));
    request["trace"] = json!(file);
    request
}

/// The events of a trace, by thread and within each in their order, and the processor time that its process used.
fn events(file: &std::path::Path) -> (Vec<Event>, Option<u64>) {
    let bytes = std::fs::read(file).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let header: TraceHeader = serde_json::from_slice(&bytes[..end]).unwrap();
    let records = bytes[end + 1..].chunks(EVENT_BYTES);
    assert_eq!((records.len() as u64, header.lost), (header.events, 0));
    let events = records.map(|record| {
        let word = |at: usize| u64::from_le_bytes(record[8 * at..][..8].try_into().unwrap());
        Event::of_words([0, 1, 2, 3].map(word)).unwrap()
    });
    (events.collect(), header.process_cpu_ns)
}

/// What a run used by its traces and by what it says. Both are readings of the same clocks, and telling a worker to
/// record is in one of them.
#[derive(Debug)]
struct Used {
    by_traces_ns: u64,
    by_run_ns: u64,
}

impl Used {
    fn new(by_traces_ns: u64, done: &Value) -> Self {
        Self {
            by_traces_ns,
            by_run_ns: done["cpu_ns"].as_u64().unwrap(),
        }
    }

    fn is_near(&self) -> bool {
        let apart_ns = self.by_traces_ns.abs_diff(self.by_run_ns);
        apart_ns <= (self.by_run_ns / 20).max(SLACK_NS)
    }
}

/// Both figures of a run must be near each other, if it is one. They are read one after the other, and between the
/// readings a busy machine may charge a process for what others do; that does not happen in each of several runs.
fn assert_near(variant: &str, run: impl Fn() -> Option<Used>) {
    let mut apart = Vec::new();
    while apart.len() < RUNS {
        match run() {
            Some(used) if !used.is_near() => apart.push(used),
            _ => return,
        }
    }
    panic!("{variant}: {apart:?}");
}

/// A run that is recorded in one process, whose trace must have what tasks did.
fn run_in_one_process(variant: &str) -> Used {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace");
    let request = traced(variant, file.to_str().unwrap());
    let (answer, value, _) = Program::start(&request).finish();
    assert_eq!(answer, "done", "{variant}: {value}");
    let (events, used_ns) = events(&file);
    let of = |what| events.iter().filter(move |event| event.what == what);
    let mut done: Vec<_> = of(Happened::Done).map(|event| event.task).collect();
    done.sort_unstable();
    assert_eq!(done, (0..TASKS).map(Some).collect::<Vec<_>>(), "{variant}");
    let waits = of(Happened::Wait(WaitsFor::Timer)).count() as u64;
    assert!(waits >= TASKS, "{variant}: {waits}");
    assert!(of(Happened::Run).count() as u64 >= 2 * TASKS, "{variant}");
    assert_eq!(
        of(Happened::Begin).count() + of(Happened::End).count(),
        2,
        "{variant}"
    );
    Used::new(used_ns.unwrap(), &value)
}

/// The same of one whose workers record into a file each; `None` where this Python has no such workers.
fn run_with_workers(variant: &str) -> Option<Used> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace");
    let request = traced(variant, file.to_str().unwrap());
    let (answer, value, _) = Program::start(&request).finish();
    if value["kind"] == "unsupported" {
        // This Python has no sub-interpreters.
        assert_eq!(variant, "interpreters", "{value}");
        return None;
    }
    assert_eq!(answer, "done", "{variant}: {value}");
    let (first, mut used_ns) = events(&file);
    let first: Vec<Happened> = first.iter().map(|event| event.what).collect();
    assert_eq!(first, [Happened::Begin, Happened::End], "{variant}");
    let (mut done, mut lanes) = (Vec::new(), Vec::new());
    for worker in 1..=WORKERS {
        let (own, ns) = events(&folder.path().join(format!("trace.{worker}")));
        // Interpreters are in one process, whose first trace says what all of them used.
        assert_eq!(ns.is_none(), variant == "interpreters", "{variant}");
        used_ns = used_ns.map(|sum| sum + ns.unwrap_or(0));
        let ended = own.iter().filter(|event| event.what == Happened::Done);
        done.extend(ended.map(|event| event.task));
        lanes.push(own[0].lane);
        assert!(own.iter().all(|event| event.lane == own[0].lane));
    }
    done.sort_unstable();
    // The warm-up, of a task a lane, is not among them.
    assert_eq!(done, (0..TASKS).map(Some).collect::<Vec<_>>(), "{variant}");
    assert_eq!(
        lanes,
        (0..WORKERS).map(Some).collect::<Vec<_>>(),
        "{variant}"
    );
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files as u32, 1 + WORKERS, "{variant}");
    Some(Used::new(used_ns.unwrap(), &value))
}

#[test]
fn every_variant_in_one_process_records_its_tasks() {
    if !has_python() {
        return;
    }
    for variant in [
        "sequential",
        "threading",
        "pool",
        "asyncio",
        "asyncio+threads",
    ] {
        assert_near(variant, || Some(run_in_one_process(variant)));
    }
}

#[test]
fn every_worker_records_its_tasks_in_a_file_of_its_own() {
    if !has_python() {
        return;
    }
    for variant in ["multiprocessing", "multiprocessing+spawn", "interpreters"] {
        assert_near(variant, || run_with_workers(variant));
    }
}

#[test]
fn coordination_is_unsupported_in_words() {
    if !has_python() {
        return;
    }
    let mut spawn = request("pool", TASKS, 3, &json!({"coordination": {"spawn": {}}}));
    spawn["trace"] = json!("/tmp/x");
    let (answer, refusal, code) = Program::start(&spawn).finish();
    assert_eq!((answer.as_str(), code), ("error", Some(1)));
    assert_eq!(refusal["kind"], "unsupported", "{refusal}");
    let message = refusal["message"].as_str().unwrap();
    assert!(message.contains("coordination has no lanes"), "{refusal}");
}
