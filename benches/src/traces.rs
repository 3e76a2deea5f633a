//! The check of traces that every model must pass: each variant's program records what its tasks did, whatever they
//! run on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use runner::Model;
use runner::protocol::{
    Compute, Done, EVENT_BYTES, Event, Happened, InFlight, Kernel, Message, ORDER_GO, Request,
    Setup, Step, TraceHeader, VERSION, Wait, WaitsFor, Workload,
};

use crate::availability::is_refused;
use crate::coordination::{PULSES, paced, prepared, refuses};
use crate::pulses::Fault;
use crate::{setup, workload};

const TASKS: u64 = 40;
/// Processor time that reading the meters of one of two figures may take: that of opening some files, generously.
const READING_NS: u64 = 2_000_000;
/// How the names of variants end whose kernels are computed on other threads than those of the tasks.
const MOVE_KERNELS: [&str; 5] = [
    "+offload",
    "+spawn-blocking",
    "+rayon",
    "+own-thread",
    "+second-runtime",
];

/// Runs every variant of a program with a trace, and panics with the first that is not what it must be.
///
/// # Panics
/// When a variant is not what it must be.
pub fn check(program: &str, variants: &[&dyn Model]) {
    let steps = setup(&work());
    let runnable = variants.iter().filter(|variant| !is_refused(**variant));
    for variant in runnable.map(|variant| variant.name()) {
        let Recorded {
            events,
            header,
            done,
        } = recorded(program, variant, &steps);
        processor_time_is_that_of_the_run(variant, &header, &done);
        every_task_is_done_once(variant, &events);
        every_lane_tells_a_story(variant, &events);
        what_a_variant_is_shows(variant, &events);
        for (name, what) in paced(1) {
            let with_pulses = prepared(name, what, 1, Fault::None);
            if !refuses(variant, &with_pulses) {
                let pulses = recorded(program, variant, &with_pulses);
                pulses_are_tasks(variant, &pulses.events);
            }
        }
    }
}

/// Tasks that wait and then compute for some tens of microseconds.
fn work() -> Workload {
    let wait = Step::Wait(Wait {
        duration: Duration::from_millis(5),
    });
    let compute = Step::Compute(Compute {
        kernel: Kernel::SumSquares,
        size: 20_000,
    });
    workload("traced", TASKS, InFlight::Lanes(4), vec![wait, compute])
}

/// What one run has recorded.
struct Recorded {
    header: TraceHeader,
    /// The oldest first.
    events: Vec<Event>,
    /// What the run says of itself.
    done: Done,
}

/// A run of a variant that is recorded.
fn recorded(program: &str, variant: &str, setup: &Setup) -> Recorded {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("trace");
    let request = Request {
        protocol: VERSION,
        variant: variant.to_owned(),
        setup: setup.clone(),
        tasks: setup.workload.tasks,
        hold: false,
        digests: None,
        trace: Some(file.clone()),
        parent: std::process::id(),
    };
    let done = run(program, &request);
    let (header, events) = read(&file);
    Recorded {
        header,
        events,
        done,
    }
}

/// One run, from the request to the exit code; what it says of itself.
fn run(program: &str, request: &Request) -> Done {
    let mut process = Command::new(program)
        // Runtimes that are sized by their environment alone.
        .envs([("BLOCKING_MAX_THREADS", "500"), ("SMOL_THREADS", "2")])
        .env("ASYNC_STD_THREAD_COUNT", "2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut input = process.stdin.take().expect("a pipe");
    let line = serde_json::to_string(request).expect("a request is JSON");
    writeln!(input, "{line}\n{ORDER_GO}").expect("the program reads");
    let output = BufReader::new(process.stdout.take().expect("a pipe"));
    let last = output.lines().map_while(Result::ok).last();
    let message = last.and_then(|line| serde_json::from_str(&line).ok());
    let variant = &request.variant;
    let Some(Message::Done(done)) = message else {
        panic!("{variant}: {message:?}")
    };
    assert!(process.wait().expect("it ends").success(), "{variant}");
    done
}

fn read(file: &Path) -> (TraceHeader, Vec<Event>) {
    let bytes = std::fs::read(file).expect("the program has written its trace");
    let mut rest = &bytes[..];
    let mut line = String::new();
    rest.read_line(&mut line).expect("a first line");
    let header: TraceHeader = serde_json::from_str(&line).expect("the first line of a trace");
    assert_eq!(rest.len() as u64, header.events * EVENT_BYTES as u64);
    assert_eq!(header.lost, 0);
    let records = rest.chunks_exact(EVENT_BYTES).map(|record| {
        let word =
            |at: usize| u64::from_le_bytes(record[8 * at..][..8].try_into().expect("8 bytes"));
        Event::of_words([0, 1, 2, 3].map(word)).expect("an event")
    });
    let mut events: Vec<Event> = records.collect();
    events.sort_by_key(|event| event.at_ns);
    (header, events)
}

/// What the process says that it used is what the run says, and no thread used more than its process. Both are
/// readings of one clock, so that how fast the machine is makes no difference.
fn processor_time_is_that_of_the_run(variant: &str, header: &TraceHeader, done: &Done) {
    let whole_ns = header.process_cpu_ns.expect("its processor time");
    let apart_ns = whole_ns.abs_diff(done.cpu_ns);
    assert!(
        apart_ns <= (done.cpu_ns / 20).max(READING_NS),
        "{variant}: {whole_ns} ns in the trace, {} ns in the run",
        done.cpu_ns
    );
    let threads_ns: u64 = header.cpu_ns.values().sum();
    assert!(
        threads_ns > 0 && threads_ns <= whole_ns + READING_NS,
        "{variant}: {threads_ns} ns by threads, {whole_ns} ns by the process"
    );
}

fn every_task_is_done_once(variant: &str, events: &[Event]) {
    let done = events.iter().filter(|event| event.what == Happened::Done);
    let mut tasks: Vec<_> = done.map(|event| event.task).collect();
    tasks.sort_unstable();
    assert_eq!(tasks, (0..TASKS).map(Some).collect::<Vec<_>>(), "{variant}");
    let ends = events.iter().filter(|event| {
        let what = event.what;
        event.lane.is_none() && matches!(what, Happened::Begin | Happened::End)
    });
    assert_eq!(ends.count(), 2, "{variant}");
}

/// A task of a lane runs before it waits, waits for its timer, and is done by the thread that runs it.
fn every_lane_tells_a_story(variant: &str, events: &[Event]) {
    let mut runs_on: BTreeMap<u32, Option<u32>> = BTreeMap::new();
    let mut timers = 0;
    for event in events {
        let Some(lane) = event.lane else {
            assert!(needs_no_lane(event.what), "{variant}: {event:?}");
            continue;
        };
        let thread = runs_on.entry(lane).or_default();
        match event.what {
            Happened::Run => *thread = Some(event.thread),
            Happened::Wait(on) => {
                assert_eq!(*thread, Some(event.thread), "{variant}: {event:?}");
                timers += u64::from(on == WaitsFor::Timer);
                *thread = None;
            }
            Happened::Done => {
                assert_eq!(*thread, Some(event.thread), "{variant}: {event:?}");
                *thread = None;
            }
            _ => {}
        }
    }
    // A task that gets its processor late finds its timer over and does not wait, but not every task does.
    assert!(timers > 0, "{variant}: no wait for a timer");
    assert!(runs_on.len() <= 4, "{variant}: {} lanes", runs_on.len());
}

/// Every pulse is done once, by the one lane that reads them; the unit that computes beside it has a lane and no task.
fn pulses_are_tasks(variant: &str, events: &[Event]) {
    let done = events.iter().filter(|event| event.what == Happened::Done);
    let pulses: Vec<(u64, Option<u32>)> = done
        .filter_map(|event| Some((event.task?, event.lane)))
        .collect();
    let numbers: Vec<u64> = pulses.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (0..PULSES).collect::<Vec<_>>(), "{variant}");
    let readers: BTreeSet<Option<u32>> = pulses.iter().map(|(_, lane)| *lane).collect();
    assert_eq!(readers.len(), 1, "{variant}: {readers:?}");
    let runs = events.iter().filter(|event| event.what == Happened::Run);
    let lanes: BTreeSet<Option<u32>> = runs.map(|event| event.lane).collect();
    assert_eq!(lanes.len(), 2, "{variant}: {lanes:?}");
}

/// Whether a thread without a task may record it.
fn needs_no_lane(what: Happened) -> bool {
    matches!(
        what,
        Happened::Begin
            | Happened::End
            | Happened::LockTaken
            | Happened::LockReleased
            | Happened::Wait(WaitsFor::Lock)
    )
}

fn count(events: &[Event], what: Happened) -> u64 {
    events.iter().filter(|event| event.what == what).count() as u64
}

/// Other threads carry out a part of every task, and `+gil` variants take their lock for each.
fn what_a_variant_is_shows(variant: &str, events: &[Event]) {
    let moves_kernels = MOVE_KERNELS.iter().any(|end| variant.ends_with(end));
    let parts = if moves_kernels { TASKS } else { 0 };
    assert_eq!(count(events, Happened::PartBegin), parts, "{variant}");
    assert_eq!(count(events, Happened::PartEnd), parts, "{variant}");
    let has_lock = variant.ends_with("+gil");
    assert_eq!(
        count(events, Happened::LockTaken) >= TASKS,
        has_lock,
        "{variant}"
    );
    assert_eq!(
        count(events, Happened::LockReleased) >= TASKS,
        has_lock,
        "{variant}"
    );
}
