//! The traces of the Python peer: every variant records what its tasks do, in one process or in several, and
//! coordination says that it does not.

mod peer;

use protocol::{EVENT_BYTES, Event, Happened, TraceHeader, WaitsFor};
use serde_json::{Value, json};

use peer::{Program, has_python, request};

const TASKS: u64 = 12;
/// Processes or interpreters, as `request` asks for.
const WORKERS: u32 = 2;

/// A request for a trace of tasks that wait and then compute.
fn traced(variant: &str, file: &str) -> Value {
    let steps = json!([
        {"wait": {"duration": "1000000ns"}},
        {"compute": {"kernel": "sha256", "size": 1000}},
    ]);
    let mut request = request(variant, TASKS, 3, &json!({"step": steps}));
    request["trace"] = json!(file);
    request
}

/// The events of a trace, by thread and within each in their order.
fn events(file: &std::path::Path) -> Vec<Event> {
    let bytes = std::fs::read(file).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let header: TraceHeader = serde_json::from_slice(&bytes[..end]).unwrap();
    let records = bytes[end + 1..].chunks(EVENT_BYTES);
    assert_eq!((records.len() as u64, header.lost), (header.events, 0));
    let events = records.map(|record| {
        let word = |at: usize| u64::from_le_bytes(record[8 * at..][..8].try_into().unwrap());
        Event::of_words([0, 1, 2, 3].map(word)).unwrap()
    });
    events.collect()
}

#[test]
fn every_variant_in_one_process_records_its_tasks() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace");
    for variant in [
        "sequential",
        "threading",
        "pool",
        "asyncio",
        "asyncio+threads",
    ] {
        let request = traced(variant, file.to_str().unwrap());
        let (answer, value, _) = Program::start(&request).finish();
        assert_eq!(answer, "done", "{variant}: {value}");
        let events = events(&file);
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
    }
}

#[test]
fn every_worker_records_its_tasks_in_a_file_of_its_own() {
    if !has_python() {
        return;
    }
    for variant in ["multiprocessing", "multiprocessing+spawn", "interpreters"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("trace");
        let request = traced(variant, file.to_str().unwrap());
        let (answer, value, _) = Program::start(&request).finish();
        if value["kind"] == "unsupported" {
            // This Python has no sub-interpreters.
            assert_eq!(variant, "interpreters", "{value}");
            continue;
        }
        assert_eq!(answer, "done", "{variant}: {value}");
        let first: Vec<Happened> = events(&file).iter().map(|event| event.what).collect();
        assert_eq!(first, [Happened::Begin, Happened::End], "{variant}");
        let (mut done, mut lanes) = (Vec::new(), Vec::new());
        for worker in 1..=WORKERS {
            let own = events(&folder.path().join(format!("trace.{worker}")));
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
