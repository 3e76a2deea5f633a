//! Honest runs of each kind of work, which tests turn into lies of one figure each.

use std::time::Duration;

use host::machine::CpuRange;
use protocol::{ContextSwitches, Done, Elsewhere, OpenLoop, Ready, Workload};
use results::Share;

use super::{Bounds, judge};
use crate::seen::{Barrier, Clock, Requests, Seen, Used};

pub(super) const DIGEST: &str = "00000000000000aa";
/// One millisecond in nanoseconds.
pub(super) const MS: u64 = 1_000_000;

/// A run, and what was seen of it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) workload: Workload,
    pub(super) share: Share,
    pub(super) ready: Ready,
    pub(super) done: Done,
    pub(super) seen: Seen,
    pub(super) requests: Option<Requests>,
    pub(super) spans_hosts: bool,
}

impl Case {
    /// What is wrong with it; empty where nothing is.
    pub(super) fn problem(&self) -> String {
        let bounds = Bounds {
            share: self.share,
            workload: &self.workload,
            expected: DIGEST,
            version: Some("mine 1\n"),
            requests: self.requests,
            spans_hosts: self.spans_hosts,
        };
        judge(&self.ready, &self.done, &self.seen, &bounds)
            .map_or_else(|failure| failure.to_string(), |()| String::new())
    }

    /// The times by the tool's clock.
    pub(super) fn clock(&mut self) -> &mut Clock {
        self.seen.clock.as_mut().unwrap()
    }

    /// Asserts that a lie is found, with these words.
    pub(super) fn refuses(mut self, lie: fn(&mut Case), expected: &str) {
        lie(&mut self);
        let problem = self.problem();
        assert!(
            problem.contains(expected),
            "{problem:?} is not {expected:?}"
        );
    }

    /// Asserts that a change is no lie.
    pub(super) fn believes(mut self, change: fn(&mut Case)) {
        change(&mut self);
        assert_eq!(self.problem(), "");
    }
}

/// Ten tasks that wait 20 ms each, five at once, in 41 ms.
pub(super) fn closed() -> Case {
    ten_tasks(
        "class = \"io\"\nin_flight = 5\n[[step]]\nwait = { duration = \"20ms\" }\n",
        5,
    )
}

/// Ten tasks of which hardly any goes on after a wait of 20 ms, each of which ended 1 ms late.
pub(super) fn late() -> Case {
    let mut case = ten_tasks(
        "class = \"mixed\"\nin_flight = 5\n[[step]]\nonly = { percent = 1, after = \"20ms\" }\n",
        5,
    );
    case.done.alive_at_once = None;
    case.done.latency = vec![(MS, 10)];
    case
}

/// Ten tasks that wait 20 ms each and arrive every 2 ms.
pub(super) fn open() -> Case {
    let mut case = ten_tasks(
        "class = \"io\"\nin_flight = 5\nrate = \"500/s\"\n[[step]]\nwait = { duration = \"20ms\" }\n",
        5,
    );
    case.done.alive_at_once = None;
    case.done.open = Some(OpenLoop {
        late_starts: 2,
        completed_in_time: 9,
        generator_late: 1,
        pacing_cpu_ns: MS,
    });
    // Of two that started late, one has done so at the end.
    case.done.latency = vec![(20 * MS, 8), (22 * MS, 1), (23 * MS, 1)];
    case
}

/// The same as [`closed`] of a model that may span hosts, with two processors of another one.
pub(super) fn spanning() -> Case {
    let mut case = closed();
    case.spans_hosts = true;
    case.ready.elsewhere = Some(Elsewhere {
        hosts: 1,
        processors: 2,
    });
    case
}

/// Ten tasks of two requests each.
pub(super) fn http() -> Case {
    let get = "[[step]]\nhttp-get = { bytes = 5, latency = \"10ms\" }\n";
    let mut case = ten_tasks(&format!("class = \"io\"\nin_flight = 5\n{get}{get}"), 5);
    case.done.alive_at_once = None;
    case.requests = Some(Requests {
        warm_up: 10,
        measured: 20,
    });
    case
}

/// Ten batches of 100 increments.
pub(super) fn counter() -> Case {
    let mut case = coordinated("counter = { increments = 100, synchronised = false }", 5);
    case.done.counts = [("lost".to_owned(), 7), ("own".to_owned(), 1 << 60)].into();
    case
}

/// Ten heartbeats, all of them read after a stall of 30 ms.
pub(super) fn stall() -> Case {
    let mut case = coordinated("stall = { period = \"4ms\", hogs = 1, hog = \"1ms\" }", 1);
    case.done.latency = vec![(30 * MS, 10)];
    case
}

/// Ten bytes.
pub(super) fn echo() -> Case {
    coordinated("echo = { think = \"4ms\", hogs = 1, hog = \"1ms\" }", 1)
}

/// Ten tasks of coordination, in 41 ms.
pub(super) fn coordinated(kind: &str, lanes: u64) -> Case {
    let text =
        format!("class = \"coordination\"\nin_flight = {lanes}\ncoordination = {{ {kind} }}\n");
    let mut case = ten_tasks(&text, lanes);
    case.done.alive_at_once = None;
    case.done.latency = vec![(2 * MS, 10)];
    case
}

fn ten_tasks(text: &str, in_flight: u64) -> Case {
    let text = format!("name = \"mine\"\nabout = \"x\"\ntasks = 10\nseed = 1\n{text}");
    Case {
        workload: protocol::parse(text.as_bytes(), "test").unwrap(),
        share: Share {
            tasks: 10,
            in_flight,
        },
        ready: ready(in_flight),
        done: done(),
        seen: seen(),
        requests: None,
        spans_hosts: false,
    }
}

fn ready(in_flight: u64) -> Ready {
    Ready {
        protocol: 1,
        version: "mine 1".to_owned(),
        in_flight,
        start_ns: 5 * MS,
        connect_ns: 5 * MS,
        warm_up_ns: 20 * MS,
        knobs: Default::default(),
        listens: None,
        elsewhere: None,
    }
}

fn done() -> Done {
    Done {
        tasks: 10,
        digest: DIGEST.to_owned(),
        elapsed_ns: 41 * MS,
        latency: vec![(20 * MS, 9), (20 * MS + MS / 2, 1)],
        cpu_ns: 30 * MS,
        switches: ContextSwitches {
            voluntary: 300,
            involuntary: 20,
        },
        vm_hwm_bytes: Some(10 << 20),
        threads: 8,
        processes: 3,
        alive_at_once: Some(5),
        run_queue_wait_ns: Some(9 * MS),
        counts: Default::default(),
        open: None,
        shut_down_ns: MS,
    }
}

fn seen() -> Seen {
    Seen {
        clock: Some(Clock {
            until_ready: Duration::from_millis(40),
            until_done: Duration::from_millis(45),
            until_end: Duration::from_millis(47),
        }),
        processors: Some(2),
        used: Some(Used {
            cpu_ns: 80 * MS,
            voluntary: 400,
            involuntary: 30,
        }),
        cpu_at_go: Some(CpuRange {
            least_ns: 40 * MS,
            most_ns: 80 * MS,
        }),
        barrier: Some(Barrier {
            processes: 3,
            threads: 8,
            vm_hwm_bytes: Some(10 << 20),
        }),
    }
}
