//! The real program: its answers, and what becomes of its processes when one of them dies.

mod common;

use std::path::Path;

use nix::sys::signal::Signal;
use runner::protocol::{
    Class, Compute, Coordination, EVENT_BYTES, Event, FailureKind, Happened, InFlight, Kernel,
    Message, Order, PingPong, Spawn, Step, TraceHeader, Wait, Workload,
};
use workloads::digest;
use workloads::expected::Reference;

use crate::common::{Program, endless, send_signal, wait_for_the_end_of, workload};

const VARIANTS: [&str; 4] = ["pool", "wide", "event-loop", "pool+gil"];
/// Those that coordinate: the others have a lock that such work would never meet.
const COORDINATING: [&str; 3] = ["pool", "wide", "event-loop"];

#[test]
fn every_variant_gives_the_right_answers() {
    let wait = wait_of_a_millisecond();
    let hash = Step::Compute(Compute {
        kernel: Kernel::Sha256,
        size: 5000,
    });
    for step in [wait, hash] {
        let workload = workload(300, step);
        let mut reference = Reference::default();
        let expected = digest::of_run((0..300).map(|i| (i, reference.task(&workload, i).unwrap())));
        for variant in VARIANTS {
            let mut program = Program::start(variant, &workload);
            program.go();
            let Message::Done(done) = program.read() else {
                panic!("{variant} is not done")
            };
            assert_eq!(done.digest, format!("{expected:016x}"), "{variant}");
            assert!(done.processes > 2, "{variant}: {done:?}");
            assert!(program.process.wait().unwrap().success());
        }
    }
}

/// How many tasks were done by the lanes of a process, and what processor time it used, from the file that it has
/// written.
fn tasks_done(trace: &Path) -> (u64, u64) {
    let bytes = std::fs::read(trace).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let header: TraceHeader = serde_json::from_slice(&bytes[..end]).unwrap();
    let records = bytes[end + 1..].chunks(EVENT_BYTES);
    assert_eq!(records.len() as u64, header.events);
    let events = records.map(|record| {
        let word = |at: usize| u64::from_le_bytes(record[8 * at..8 * at + 8].try_into().unwrap());
        Event::of_words([0, 1, 2, 3].map(word)).unwrap()
    });
    let done = events.filter(|event| event.what == Happened::Done).count() as u64;
    let threads_ns: u64 = header.cpu_ns.values().sum();
    assert!(threads_ns > 0, "{header:?}");
    (done, header.process_cpu_ns.unwrap())
}

/// The processor time of a run that is recorded, by its traces and by what it says, and whether they are near each other.
/// Every worker must have written what it did.
fn traced_run(variant: &str) -> (u64, u64, bool) {
    let workload = workload(60, wait_of_a_millisecond());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(variant);
    let asked = file.clone();
    let mut program = Program::request(variant, &workload, |request| request.trace = Some(asked));
    program.go();
    let message = program.read();
    let Message::Done(run) = message else {
        panic!("{variant}: {message:?}")
    };
    // The parent has no lanes; without the warm-up the workers' have done all tasks once.
    let (by_parent, mut used_ns) = tasks_done(&file);
    assert_eq!(by_parent, 0);
    let workers = if variant == "wide" { 6 } else { 2 };
    let mut by_workers = 0;
    for worker in 1..=workers {
        let (done, ns) = tasks_done(&file.with_extension(worker.to_string()));
        by_workers += done;
        used_ns += ns;
    }
    assert_eq!(by_workers, 60, "{variant}");
    assert!(program.process.wait().unwrap().success());
    // Both are readings of the same clocks. Telling a worker to record takes a message, which is in one of them.
    let message_ns = 1_000_000 * (1 + workers);
    let is_near = used_ns.abs_diff(run.cpu_ns) <= (run.cpu_ns / 20).max(message_ns);
    (used_ns, run.cpu_ns, is_near)
}

#[test]
fn every_worker_writes_what_it_has_recorded() {
    // Between the readings a busy machine may charge a process for what others do, but not in each of several runs.
    const RUNS: usize = 5;
    for variant in VARIANTS {
        let mut apart = Vec::new();
        loop {
            let (by_traces_ns, by_run_ns, is_near) = traced_run(variant);
            if is_near {
                break;
            }
            apart.push((by_traces_ns, by_run_ns));
            assert!(apart.len() < RUNS, "{variant}: {apart:?}");
        }
    }
}

#[test]
fn processes_are_started_and_send_messages_with_the_right_values() {
    let ping_pong = |bytes| Coordination::PingPong(PingPong { bytes });
    let kinds = [
        Coordination::Spawn(Spawn {}),
        ping_pong(8),
        ping_pong(1 << 20),
    ];
    for (kind, lanes) in kinds.iter().flat_map(|kind| [(kind, 1), (kind, 2)]) {
        let workload = coordinated(kind.clone(), lanes);
        let mut reference = Reference::default();
        let expected = digest::of_run((0..20).map(|i| (i, reference.task(&workload, i).unwrap())));
        for variant in COORDINATING {
            let mut program = Program::start(variant, &workload);
            program.go();
            let Message::Done(done) = program.read() else {
                panic!("{variant} is not done with {kind:?}")
            };
            assert_eq!(
                done.digest,
                format!("{expected:016x}"),
                "{variant} {kind:?}"
            );
            let is_spawn = *kind == kinds[0];
            let seen = done.counts.get("seen").copied();
            assert_eq!(seen, is_spawn.then_some(0), "{variant} {kind:?}");
            let least = if is_spawn { 20 } else { lanes };
            assert!(done.processes > least, "{variant} {kind:?}: {done:?}");
            assert!(done.cpu_ns > 0);
            assert!(program.process.wait().unwrap().success());
        }
    }
}

#[test]
fn what_needs_something_shared_is_refused_with_the_reason() {
    let workload = coordinated(Coordination::Order(Order {}), 2);
    for variant in VARIANTS {
        let mut program = Program::start(variant, &workload);
        let Message::Error(failure) = program.read() else {
            panic!("{variant} gave no error")
        };
        assert_eq!(failure.kind, FailureKind::Unsupported);
        let reason = if COORDINATING.contains(&variant) {
            "share nothing"
        } else {
            "never meets a lock"
        };
        assert!(failure.message.contains(reason), "{failure:?}");
    }
}

#[test]
fn a_partner_that_is_killed_is_an_error_that_names_it() {
    let mut workload = coordinated(Coordination::PingPong(PingPong { bytes: 8 }), 1);
    workload.tasks = 10_000_000;
    let mut program = Program::start("pool", &workload);
    program.go();
    let partners = program.workers();
    let victim = partners[0];
    send_signal(victim, Signal::SIGKILL);
    let Message::Error(failure) = program.read() else {
        panic!("no error")
    };
    assert!(
        failure.message.contains(&format!("(pid {victim})")),
        "{failure:?}"
    );
    assert_eq!(program.process.wait().unwrap().code(), Some(1));
}

fn coordinated(kind: Coordination, lanes: u64) -> Workload {
    Workload {
        class: Class::Coordination,
        in_flight: InFlight::Lanes(lanes),
        coordination: Some(kind),
        steps: vec![],
        ..workload(20, wait_of_a_millisecond())
    }
}

fn wait_of_a_millisecond() -> Step {
    Step::Wait(Wait {
        duration: std::time::Duration::from_millis(1),
    })
}

#[test]
fn a_worker_that_is_killed_is_an_error_that_names_it() {
    for variant in VARIANTS {
        let mut program = Program::start(variant, &endless());
        program.go();
        let workers = program.workers();
        let victim = workers[1];
        send_signal(victim, Signal::SIGKILL);
        let Message::Error(failure) = program.read() else {
            panic!("{variant} gave no error")
        };
        assert_eq!(failure.kind, FailureKind::Failed);
        assert!(
            failure.message.contains(&format!("(pid {victim})")),
            "{}",
            failure.message
        );
        assert!(failure.message.contains("signal: 9"), "{}", failure.message);
        assert_eq!(program.process.wait().unwrap().code(), Some(1));
        wait_for_the_end_of(&workers);
    }
}

#[test]
fn a_worker_that_ends_behind_a_result_is_an_error_that_names_it() {
    let mut program = Program::start("pool", &endless());
    program.go();
    // Results and the end of their worker wait for the parent side by side.
    program.signal(Signal::SIGSTOP);
    std::thread::sleep(std::time::Duration::from_millis(200));
    let victim = program.workers()[0];
    send_signal(victim, Signal::SIGKILL);
    wait_for_the_end_of(&[victim]);
    program.signal(Signal::SIGCONT);
    let Message::Error(failure) = program.read() else {
        panic!("no error")
    };
    let named = format!("(pid {victim})");
    assert!(failure.message.contains(&named), "{failure:?}");
    assert_eq!(program.process.wait().unwrap().code(), Some(1));
}

#[test]
fn all_workers_stop_where_all_lanes_wait_and_after_the_last_task() {
    let workload = workload(20, wait_of_a_millisecond());
    for variant in VARIANTS {
        let mut program = Program::request(variant, &workload, |request| request.hold = true);
        let Message::Ready(ready) = program.read() else {
            panic!("{variant} is not ready")
        };
        program.let_go();
        for barrier in ["all lanes wait", "the tasks are done"] {
            let said = program.read();
            assert!(
                matches!(said, Message::Held {}),
                "{variant}, {barrier}: {said:?}"
            );
            program.let_go();
        }
        let Message::Done(done) = program.read() else {
            panic!("{variant} is not done")
        };
        // Each worker has stopped before any went on, so all lanes were certainly alive together.
        assert_eq!(done.alive_at_once, Some(ready.in_flight), "{variant}");
        assert!(program.process.wait().unwrap().success());
    }
}

#[test]
fn workers_end_with_the_input_and_with_the_parent() {
    for variant in VARIANTS {
        let mut program = Program::start(variant, &endless());
        program.go();
        let workers = program.workers();
        drop(program.input.take());
        assert_eq!(program.process.wait().unwrap().code(), Some(3), "{variant}");
        wait_for_the_end_of(&workers);

        let mut program = Program::start(variant, &endless());
        program.go();
        let workers = program.workers();
        program.process.kill().unwrap();
        wait_for_the_end_of(&workers);
        program.process.wait().unwrap();
    }
}
