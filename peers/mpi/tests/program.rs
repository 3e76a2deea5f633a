//! The real program: its answers, and what becomes of its processes when one of them dies or the input ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use runner::protocol::{
    Class, Compute, Coordination, Endpoints, FailureKind, InFlight, Kernel, Message, ORDER_GO,
    Order, PingPong, Request, Setup, Spawn, Spread, Step, VERSION, Wait, Workload,
};
use workloads::digest;
use workloads::expected::Reference;

const VARIANTS: [&str; 2] = ["farm", "farm+spin"];
/// The time in which everything must be gone. It takes a fraction of a second on a machine that does nothing else, and what hangs does not
/// end at all.
const MOST: Duration = Duration::from_secs(30);

/// The program with a request sent.
struct Program {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Its temporary files, by whose folder its processes are known.
    temporary: tempfile::TempDir,
}

impl Program {
    fn start(variant: &str, workload: &Workload, hold: bool) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_mpi-peer"))
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let request = Request {
            protocol: VERSION,
            variant: variant.to_owned(),
            setup: Setup {
                workload: workload.clone(),
                endpoints: Endpoints::default(),
                workers: 2,
                in_flight: workload.in_flight.lanes(2),
                blocking: 6,
                switch_interval_us: 5000,
            },
            tasks: workload.tasks,
            hold,
            digests: None,
            trace: None,
            parent: std::process::id(),
        };
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut program = Self {
            process,
            input,
            output,
            temporary,
        };
        program.send(&serde_json::to_string(&request).unwrap());
        program
    }

    fn send(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    fn read(&mut self) -> Message {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }

    fn go(&mut self) {
        let said = self.read();
        assert!(matches!(said, Message::Ready(_)), "{said:?}");
        self.send(ORDER_GO);
    }

    /// The processes of this run, wherever they are: each has the folder of temporary files in its environment.
    fn processes(&self) -> Vec<u32> {
        let folder = self.temporary.path().to_str().unwrap();
        let mark = format!("TMPDIR={folder}\0");
        let entries = std::fs::read_dir("/proc").unwrap();
        let pids = entries.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        pids.filter(|pid: &u32| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&mark)
        })
        .collect()
    }

    /// The worker ranks, which have a parent of their own and no order to end.
    fn rank(&self, number: u32) -> u32 {
        let mark = format!("OMPI_COMM_WORLD_RANK={number}\0");
        let mut processes = self.processes().into_iter();
        processes
            .find(|pid| {
                let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                String::from_utf8_lossy(&environment).contains(&mark)
            })
            .unwrap()
    }

    /// Waits until no process of this run is left; how long that took.
    fn wait_for_the_end(&mut self) -> Duration {
        let start = Instant::now();
        // The program itself is reaped here, and would otherwise stay in the list.
        while self.process.try_wait().unwrap().is_none() || !self.processes().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        start.elapsed()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

fn workload(tasks: u64, step: Step) -> Workload {
    Workload {
        name: "test".to_owned(),
        about: "of a test".to_owned(),
        class: Class::Mixed,
        tasks,
        in_flight: InFlight::Lanes(6),
        rate: None,
        arrivals: Spread::Uniform,
        seed: 7,
        coordination: None,
        serve: None,
        work: None,
        steps: vec![step],
    }
}

fn wait(millis: u64) -> Step {
    Step::Wait(Wait {
        duration: Duration::from_millis(millis),
    })
}

fn coordinated(kind: Coordination, lanes: u64) -> Workload {
    Workload {
        class: Class::Coordination,
        in_flight: InFlight::Lanes(lanes),
        coordination: Some(kind),
        steps: vec![],
        ..workload(20, wait(1))
    }
}

/// Waits so long that no test sees its end; its warm-up is over after one wait.
fn endless() -> Workload {
    workload(100_000, wait(20))
}

/// The digest of a run of all tasks.
fn expected(workload: &Workload) -> String {
    let mut reference = Reference::default();
    let tasks = (0..workload.tasks).map(|i| (i, reference.task(workload, i).unwrap()));
    format!("{:016x}", digest::of_run(tasks))
}

#[test]
fn every_variant_gives_the_right_answers() {
    let hash = Step::Compute(Compute {
        kernel: Kernel::Sha256,
        size: 5000,
    });
    for step in [wait(1), hash] {
        let workload = workload(300, step);
        for variant in VARIANTS {
            let mut program = Program::start(variant, &workload, false);
            program.go();
            let Message::Done(done) = program.read() else {
                panic!("{variant} is not done")
            };
            assert_eq!(done.digest, expected(&workload), "{variant}");
            // The program, mpirun, rank 0 and two workers.
            assert_eq!(done.processes, 5, "{variant}: {done:?}");
            assert!(done.counts["ranks-peak-bytes"] > 1 << 20, "{done:?}");
            assert!(program.process.wait().unwrap().success());
        }
    }
}

#[test]
fn arrivals_are_done_at_their_times() {
    let rate = serde_json::from_str("\"500/s\"").unwrap();
    let workload = Workload {
        rate: Some(rate),
        ..workload(50, wait(1))
    };
    let mut program = Program::start("farm", &workload, false);
    program.go();
    let Message::Done(done) = program.read() else {
        panic!("not done")
    };
    assert_eq!(done.digest, expected(&workload));
    assert!(done.open.is_some());
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
        let mut program = Program::start("farm", &workload, false);
        program.go();
        let said = program.read();
        let Message::Done(done) = said else {
            panic!("{kind:?}: {said:?}")
        };
        assert_eq!(done.digest, expected(&workload), "{kind:?}");
        let is_spawn = *kind == kinds[0];
        let seen = done.counts.get("seen").copied();
        assert_eq!(seen, is_spawn.then_some(0), "{kind:?}");
        assert!(program.process.wait().unwrap().success());
    }
}

#[test]
fn what_needs_something_shared_is_refused_with_the_reason() {
    let mut program = Program::start(
        "farm",
        &coordinated(Coordination::Order(Order {}), 2),
        false,
    );
    let Message::Error(failure) = program.read() else {
        panic!("no error")
    };
    assert_eq!(failure.kind, FailureKind::Unsupported);
    assert!(failure.message.contains("share nothing"), "{failure:?}");
    assert_eq!(program.process.wait().unwrap().code(), Some(1));
}

#[test]
fn all_ranks_stop_where_all_lanes_wait_and_after_the_last_task() {
    for variant in VARIANTS {
        let mut program = Program::start(variant, &workload(20, wait(1)), true);
        program.go();
        for barrier in ["all lanes wait", "the tasks are done"] {
            let said = program.read();
            assert!(matches!(said, Message::Held {}), "{barrier}: {said:?}");
            program.send(ORDER_GO);
        }
        let Message::Done(done) = program.read() else {
            panic!("{variant} is not done")
        };
        // Each rank has stopped before any went on, so all lanes were certainly alive together.
        assert_eq!(done.alive_at_once, Some(2), "{variant}");
    }
}

#[test]
fn a_rank_that_is_killed_ends_the_run_and_is_named() {
    for victim in [0, 2] {
        let mut program = Program::start("farm", &endless(), false);
        program.go();
        let pid = program.rank(victim).to_string();
        assert!(
            Command::new("kill")
                .args(["-9", &pid])
                .status()
                .unwrap()
                .success()
        );
        let start = Instant::now();
        let Message::Error(failure) = program.read() else {
            panic!("no error")
        };
        let named = format!("process rank {victim} ");
        assert!(failure.message.contains(&named), "{failure:?}");
        program.wait_for_the_end();
        assert!(start.elapsed() < MOST, "{:?}", start.elapsed());
        assert_eq!(program.process.wait().unwrap().code(), Some(1));
    }
}

#[test]
fn everything_ends_with_the_input() {
    for variant in VARIANTS {
        let mut program = Program::start(variant, &endless(), false);
        program.go();
        assert!(program.processes().len() >= 5);
        drop(program.input.take());
        let took = program.wait_for_the_end();
        assert!(took < MOST, "{variant}: {took:?}");
        assert_eq!(program.process.wait().unwrap().code(), Some(3), "{variant}");
    }
}

#[test]
fn everything_ends_with_the_program_and_with_mpirun() {
    for is_mpirun in [false, true] {
        let mut program = Program::start("farm", &endless(), false);
        program.go();
        let victim = if is_mpirun {
            let program = program.process.id();
            let children = format!("/proc/{program}/task/{program}/children");
            std::fs::read_to_string(children).unwrap().trim().to_owned()
        } else {
            program.process.id().to_string()
        };
        assert!(
            Command::new("kill")
                .args(["-9", &victim])
                .status()
                .unwrap()
                .success()
        );
        let took = program.wait_for_the_end();
        assert!(took < MOST, "mpirun {is_mpirun}: {took:?}");
    }
}
