//! The real program with a request sent, and work for it.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::sys::signal::Signal;
use runner::protocol::{
    Class, Endpoints, InFlight, Message, ORDER_GO, Request, Setup, Spread, Step, VERSION, Wait,
    Workload,
};

pub(crate) fn workload(tasks: u64, step: Step) -> Workload {
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
pub(crate) struct Program {
    pub(crate) process: Child,
    pub(crate) input: Option<ChildStdin>,
    output: BufReader<std::process::ChildStdout>,
}

impl Program {
    pub(crate) fn start(variant: &str, workload: &Workload) -> Self {
        Self::request(variant, workload, |_| ())
    }

    pub(crate) fn request(
        variant: &str,
        workload: &Workload,
        ask: impl FnOnce(&mut Request),
    ) -> Self {
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

    pub(crate) fn read(&mut self) -> Message {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }

    pub(crate) fn go(&mut self) {
        assert!(matches!(self.read(), Message::Ready(_)));
        self.let_go();
    }

    pub(crate) fn let_go(&mut self) {
        writeln!(self.input.as_mut().unwrap(), "{ORDER_GO}").unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send_signal(self.process.id(), signal);
    }

    /// Process ids of its workers.
    pub(crate) fn workers(&self) -> Vec<u32> {
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
pub(crate) fn wait_for_the_end_of(processes: &[u32]) {
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

pub(crate) fn send_signal(to: u32, signal: Signal) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(to.cast_signed()), signal).unwrap();
}

/// Waits so long that no test sees its end; its warm-up is over after one wait.
pub(crate) fn endless() -> Workload {
    workload(
        100_000,
        Step::Wait(Wait {
            duration: std::time::Duration::from_millis(20),
        }),
    )
}
