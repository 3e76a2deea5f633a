//! The real program: its answers, and what becomes of its processes when one of them dies.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::sys::signal::Signal;
use runner::protocol::{
    Class, Compute, Coordination, EVENT_BYTES, Endpoints, Event, FailureKind, Happened, InFlight,
    Kernel, Message, ORDER_GO, Order, PingPong, Request, Setup, Spawn, Spread, Step, TraceHeader,
    VERSION, Wait, Workload,
};
use workloads::digest;
use workloads::expected::Reference;

const VARIANTS: [&str; 4] = ["pool", "wide", "event-loop", "pool+gil"];
/// Those that coordinate: the others have a lock that such work would never meet.
const COORDINATING: [&str; 3] = ["pool", "wide", "event-loop"];

fn workload(tasks: u64, step: Step) -> Workload {
    let (name, about) = ("test".to_owned(), "of a test".to_owned());
    let (class, in_flight) = (Class::Mixed, InFlight::Lanes(6));
    Workload {
        name,
        about,
        class,
        tasks,
        in_flight,
        rate: None,
        arrivals: Spread::Uniform,
        seed: 7,
        coordination: None,
        serve: None,
        work: None,
        steps: vec![step],
    }
}

/// The program. In a copy of a built checkout the path that is compiled in is that of the original.
fn program() -> PathBuf {
    ["CARGO_BIN_EXE_multiproc", "NEXTEST_BIN_EXE_multiproc"]
        .iter()
        .find_map(std::env::var_os)
        .map_or_else(|| env!("CARGO_BIN_EXE_multiproc").into(), PathBuf::from)
}

/// The program with a request sent.
struct Program {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(variant: &str, workload: &Workload) -> Self {
        Self::request(variant, workload, |_| ())
    }

    fn request(variant: &str, workload: &Workload, ask: impl FnOnce(&mut Request)) -> Self {
        let mut process = Command::new(program())
            .env("BLOCKING_MAX_THREADS", "6")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let setup = Setup {
            workload: workload.clone(),
            endpoints: Endpoints::default(),
            workers: 2,
            in_flight: workload.in_flight.lanes(2),
            blocking: 6,
            switch_interval_us: 5000,
        };
        let mut request = Request {
            protocol: VERSION,
            variant: variant.to_owned(),
            setup,
            tasks: workload.tasks,
            hold: false,
            digests: None,
            trace: None,
            parent: std::process::id(),
        };
        ask(&mut request);
        let mut input = process.stdin.take().unwrap();
        writeln!(input, "{}", serde_json::to_string(&request).unwrap()).unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            input: Some(input),
            output,
        }
    }

    fn read(&mut self) -> Message {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }

    fn go(&mut self) {
        assert!(matches!(self.read(), Message::Ready(_)));
        self.let_go();
    }

    fn let_go(&mut self) {
        writeln!(self.input.as_mut().unwrap(), "{ORDER_GO}").unwrap();
    }

    fn signal(&self, signal: Signal) {
        send_signal(self.process.id(), signal);
    }

    /// Process ids of its workers.
    fn workers(&self) -> Vec<u32> {
        let pid = self.process.id();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        children
            .unwrap()
            .split_whitespace()
            .map(|pid| pid.parse().unwrap())
            .collect()
    }
}

/// Waits until none of them runs any more; whoever waits for ever fails by the test's time limit.
fn wait_for_the_end_of(processes: &[u32]) {
    let alive = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| !rest.trim().is_empty() && !rest.starts_with(" Z"))
    };
    while processes.iter().any(alive) {
        std::thread::yield_now();
    }
}

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

/// How many tasks were done by the lanes of a process, from the file that it has written.
fn tasks_done(trace: &Path) -> u64 {
    let bytes = std::fs::read(trace).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let header: TraceHeader = serde_json::from_slice(&bytes[..end]).unwrap();
    let records = bytes[end + 1..].chunks(EVENT_BYTES);
    assert_eq!(records.len() as u64, header.events);
    let events = records.map(|record| {
        let word = |at: usize| u64::from_le_bytes(record[8 * at..8 * at + 8].try_into().unwrap());
        Event::of_words([0, 1, 2, 3].map(word)).unwrap()
    });
    events.filter(|event| event.what == Happened::Done).count() as u64
}

#[test]
fn every_worker_writes_what_it_has_recorded() {
    let workload = workload(60, wait_of_a_millisecond());
    let folder = tempfile::tempdir().unwrap();
    for variant in VARIANTS {
        let file = folder.path().join(variant);
        let asked = file.clone();
        let mut program =
            Program::request(variant, &workload, |request| request.trace = Some(asked));
        program.go();
        let message = program.read();
        assert!(
            matches!(message, Message::Done(_)),
            "{variant}: {message:?}"
        );
        // The parent has no lanes; without the warm-up the workers' have done all tasks once.
        assert_eq!(tasks_done(&file), 0);
        let workers = if variant == "wide" { 6 } else { 2 };
        let done = (1..=workers).map(|worker| tasks_done(&file.with_extension(worker.to_string())));
        assert_eq!(done.sum::<u64>(), 60, "{variant}");
        assert!(program.process.wait().unwrap().success());
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

fn send_signal(to: u32, signal: Signal) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(to.cast_signed()), signal).unwrap();
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

/// Waits so long that no test sees its end; its warm-up is over after one wait.
fn endless() -> Workload {
    workload(
        100_000,
        Step::Wait(Wait {
            duration: std::time::Duration::from_millis(20),
        }),
    )
}
