//! What a timeline adds up to.

use std::collections::{BTreeMap, BTreeSet};

use crate::held_up::{HeldUp, held_up};
use crate::timeline::{Process, State, Timeline, name_of};

/// The sums of a timeline.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    /// Tasks that were done.
    pub(crate) tasks: u64,
    /// Tasks that ran on several threads of a process, one after the other.
    pub(crate) moved: u64,
    /// How often and how long lanes were in each state.
    pub(crate) states: BTreeMap<State, Tally>,
    /// The time for which one task ran longest without a pause.
    pub(crate) longest: Option<Longest>,
    /// The longest time for which a task could run and did not.
    pub(crate) held_up: Option<HeldUp>,
    /// What pools carried out.
    pub(crate) parts: Tally,
    /// The threads that ran anything or used processor time, the busiest first within each process.
    pub(crate) workers: Vec<Worker>,
    /// The interpreter locks, where there are any.
    pub(crate) locks: Vec<Lock>,
}

/// Times of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) total_ns: u64,
    pub(crate) longest_ns: u64,
}

/// A task that ran without a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Longest {
    pub(crate) ns: u64,
    /// The task and its lane.
    pub(crate) who: String,
    /// The thread on which it ran.
    pub(crate) thread: String,
}

/// What one thread did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Worker {
    pub(crate) process: u32,
    pub(crate) name: String,
    /// The time for which it ran tasks, or parts of tasks.
    pub(crate) busy_ns: u64,
    /// The tasks that it ended.
    pub(crate) tasks: u64,
    pub(crate) stretches: u64,
    /// The processor time that it used, also beside tasks, where the program says it.
    pub(crate) cpu_ns: Option<u64>,
}

/// What became of one interpreter lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) process: u32,
    /// The time for which somebody held it.
    pub(crate) held_ns: u64,
    /// How often it went to another thread.
    pub(crate) changes: u64,
    /// The longest time for which one thread held it without a pause.
    pub(crate) longest_ns: u64,
}

impl Tally {
    fn add(&mut self, ns: u64) {
        self.count += 1;
        self.total_ns = self.total_ns.saturating_add(ns);
        self.longest_ns = self.longest_ns.max(ns);
    }
}

impl Summary {
    /// The sums of this timeline.
    pub(crate) fn of(timeline: &Timeline) -> Summary {
        let mut summary = Summary {
            tasks: 0,
            moved: 0,
            states: BTreeMap::new(),
            longest: None,
            held_up: held_up(timeline),
            parts: Tally::default(),
            workers: Vec::new(),
            locks: Vec::new(),
        };
        for process in &timeline.processes {
            summary.add_lanes(process);
            summary.add_threads(process);
            summary.locks.extend(lock(process));
        }
        summary
    }

    /// The time for which lanes' tasks ran, and parts of them in pools.
    pub(crate) fn ran_ns(&self) -> u64 {
        let ran = self.states.get(&State::Runs).copied().unwrap_or_default();
        ran.total_ns.saturating_add(self.parts.total_ns)
    }

    /// The processor time of all threads; `None` where a thread that ran something has none, so that the sum
    /// would lack it.
    pub(crate) fn cpu_ns(&self) -> Option<u64> {
        self.workers.iter().map(|worker| worker.cpu_ns).sum()
    }

    fn add_lanes(&mut self, process: &Process) {
        for lane in &process.lanes {
            self.tasks += lane.done;
            let mut threads: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
            for span in &lane.spans {
                let tally = self.states.entry(span.state).or_default();
                tally.add(span.until - span.from);
                if let (State::Runs, Some(task)) = (span.state, span.task) {
                    threads.entry(task).or_default().insert(span.thread);
                }
            }
            self.moved += threads.values().filter(|on| on.len() > 1).count() as u64;
        }
    }

    fn add_threads(&mut self, process: &Process) {
        let mut workers = Vec::new();
        for thread in &process.threads {
            let mut busy_ns = 0;
            for stretch in &thread.stretches {
                let ns = stretch.until - stretch.from;
                busy_ns += ns;
                if stretch.is_part {
                    self.parts.add(ns);
                }
                if self.longest.as_ref().is_none_or(|longest| longest.ns < ns) {
                    self.longest = Some(Longest {
                        ns,
                        who: name_of(stretch.lane, stretch.task),
                        thread: thread.name.clone(),
                    });
                }
            }
            workers.push(Worker {
                process: process.id,
                name: thread.name.clone(),
                busy_ns,
                tasks: thread.done,
                stretches: thread.stretches.len() as u64,
                cpu_ns: thread.cpu_ns,
            });
        }
        workers.extend(process.silent.iter().map(|thread| Worker {
            process: process.id,
            name: thread.name.clone(),
            busy_ns: 0,
            tasks: 0,
            stretches: 0,
            cpu_ns: Some(thread.cpu_ns),
        }));
        workers.sort_by_key(|worker| std::cmp::Reverse((worker.busy_ns, worker.cpu_ns)));
        self.workers.append(&mut workers);
    }
}

fn lock(process: &Process) -> Option<Lock> {
    let holds = &process.holds;
    let first = holds.first()?;
    let (mut longest_ns, mut run_ns, mut before) = (0, 0, first);
    let mut changes = 0;
    for hold in holds {
        // A thread that takes it again at once has in effect not let go.
        if hold.thread != before.thread {
            changes += 1;
            run_ns = 0;
        }
        run_ns += hold.until - hold.from;
        longest_ns = longest_ns.max(run_ns);
        before = hold;
    }
    Some(Lock {
        process: process.id,
        held_ns: holds.iter().map(|hold| hold.until - hold.from).sum(),
        changes,
        longest_ns,
    })
}

#[cfg(test)]
pub(crate) mod fixtures {
    use protocol::{Happened, WaitsFor};

    use crate::file::fixtures::{of_task, of_thread, recorded};
    use crate::timeline::Timeline;

    /// Two tasks on two threads, under a lock: the first waits for a socket and goes on elsewhere, the second gives
    /// a part to a pool.
    pub(crate) fn timeline() -> Timeline {
        let events = [
            of_thread(1_000_000, 3, Happened::Begin),
            of_task(1_000_000, 1, (0, 0), Happened::Ready),
            of_task(1_100_000, 1, (0, 0), Happened::Run),
            of_task(1_100_000, 1, (0, 0), Happened::LockTaken),
            of_task(1_300_000, 1, (0, 0), Happened::LockReleased),
            of_task(1_300_000, 1, (0, 0), Happened::Wait(WaitsFor::Socket)),
            of_task(1_400_000, 2, (1, 1), Happened::Run),
            of_task(1_400_000, 2, (1, 1), Happened::LockTaken),
            of_task(1_450_000, 2, (1, 1), Happened::Wait(WaitsFor::Pool)),
            of_task(1_460_000, 1, (1, 1), Happened::PartBegin),
            of_task(1_760_000, 1, (1, 1), Happened::PartEnd),
            of_task(1_800_000, 2, (1, 1), Happened::Run),
            of_task(1_850_000, 2, (1, 1), Happened::LockReleased),
            of_task(1_850_000, 2, (1, 1), Happened::Done),
            of_task(1_900_000, 2, (0, 0), Happened::Run),
            of_task(1_950_000, 2, (0, 0), Happened::Done),
            of_thread(2_000_000, 3, Happened::End),
        ];
        Timeline::of(&[recorded(7, &events)]).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use protocol::WaitsFor;

    use super::*;

    #[test]
    fn a_timeline_is_summed_up() {
        let summary = Summary::of(&fixtures::timeline());
        assert_eq!((summary.tasks, summary.moved), (2, 1));
        let state = |state| summary.states[&state];
        let tally = |count, total_ns, longest_ns| Tally {
            count,
            total_ns,
            longest_ns,
        };
        assert_eq!(state(State::Runs), tally(4, 350_000, 200_000));
        assert_eq!(state(State::Ready), tally(1, 100_000, 100_000));
        let socket = State::Waits(WaitsFor::Socket);
        assert_eq!(state(socket), tally(1, 600_000, 600_000));
        assert_eq!(summary.parts, tally(1, 300_000, 300_000));
        assert_eq!(summary.ran_ns(), 650_000);
        let longest = summary.longest.unwrap();
        assert_eq!(
            (longest.ns, longest.who.as_str()),
            (300_000, "task 1 (lane 1)")
        );
        let workers: Vec<_> = summary
            .workers
            .iter()
            .map(|worker| (worker.name.as_str(), worker.busy_ns, worker.tasks))
            .collect();
        assert_eq!(
            workers,
            [("main (1)", 500_000, 0), ("thread 2", 150_000, 2)]
        );
        let lock = Lock {
            process: 7,
            held_ns: 650_000,
            changes: 1,
            longest_ns: 450_000,
        };
        assert_eq!(summary.locks, [lock]);
    }
}
