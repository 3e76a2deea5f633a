//! What ranks say to each other: the tags of messages, and what the numbers in them mean.

use std::thread::available_parallelism;
use std::time::Duration;

use runner::protocol::{ContextSwitches, Setup};
use runner::{Usage, own_usage, vm_hwm_bytes};
use serde::{Deserialize, Serialize};
use workloads::{Alive, Shared};

/// Orders of rank 0. Each has two numbers, or none where it says so.
pub(crate) mod order {
    use mpi::Tag;

    /// Do tasks: the index of the first, and how many.
    pub(crate) const TASKS: Tag = 1;
    /// Do one task: its index, and its intended start by `CLOCK_MONOTONIC`.
    pub(crate) const ARRIVAL: Tag = 2;
    /// Say what you have used; no numbers.
    pub(crate) const REPORT: Tag = 3;
    /// End; no numbers.
    pub(crate) const END: Tag = 4;
    /// All lanes wait: go on; no numbers.
    pub(crate) const GO_ON: Tag = 5;
    /// Send this back: bytes.
    pub(crate) const PING: Tag = 6;
}

/// Replies of the other ranks.
pub(crate) mod reply {
    use mpi::Tag;

    /// The lane is open; bytes: a [`super::Place`] as JSON.
    pub(crate) const OPENED: Tag = 11;
    /// Tasks done: [`super::Record::WORDS`] numbers each.
    pub(crate) const DONE: Tag = 12;
    /// The lane waits for the first time after `go`, and has stopped there; no numbers.
    pub(crate) const ALL_WAIT: Tag = 13;
    /// What was used: [`super::Used::WORDS`] numbers.
    pub(crate) const USED: Tag = 14;
    /// Something failed; bytes: what, in words.
    pub(crate) const FAILED: Tag = 15;
    /// What was sent; bytes.
    pub(crate) const PONG: Tag = 16;
}

/// What every rank is told first, as JSON in one broadcast.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Opening {
    pub(crate) setup: Setup,
    /// Whether lanes stop when all of them wait.
    pub(crate) observed: bool,
    /// The size in bytes of the messages that a rank sends back in place of doing tasks; `None` where it does tasks.
    pub(crate) sends_back: Option<u64>,
}

/// Where a rank is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The name of its host.
    pub(crate) host: String,
    /// The processors there on which it may run.
    pub(crate) processors: u64,
}

impl Place {
    /// That of this process.
    pub(crate) fn here() -> Self {
        Self {
            host: mpi::environment::processor_name().unwrap_or_default(),
            processors: available_parallelism().map_or(1, |count| count.get() as u64),
        }
    }
}

/// One task done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) index: u64,
    pub(crate) latency_ns: u64,
    pub(crate) digest: u64,
    /// The intended and the actual start by `CLOCK_MONOTONIC`; 0 in a closed loop.
    pub(crate) intended_ns: u64,
    pub(crate) started_ns: u64,
}

impl Record {
    /// How many numbers a record is in a message.
    pub(crate) const WORDS: usize = 5;

    pub(crate) fn words(self) -> [u64; Self::WORDS] {
        let Self {
            index,
            latency_ns,
            digest,
            intended_ns,
            started_ns,
        } = self;
        [index, latency_ns, digest, intended_ns, started_ns]
    }

    /// The records in a message; `None` where it is no whole number of them.
    pub(crate) fn all_of(words: &[u64]) -> Option<Vec<Self>> {
        let (records, rest) = words.as_chunks::<{ Self::WORDS }>();
        rest.is_empty()
            .then(|| records.iter().map(|words| Self::of(*words)).collect())
    }

    fn of([index, latency_ns, digest, intended_ns, started_ns]: [u64; Self::WORDS]) -> Self {
        Self {
            index,
            latency_ns,
            digest,
            intended_ns,
            started_ns,
        }
    }
}

/// What one rank has used since it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) usage: Usage,
    /// The peak of its resident memory.
    pub(crate) peak_bytes: u64,
    /// Which of its waiting tasks were alive at once.
    pub(crate) alive: Option<Alive>,
}

impl Used {
    /// How many numbers this is in a message.
    pub(crate) const WORDS: usize = 9;

    /// What this process has used, with the waiting tasks of this work, where it does any.
    pub(crate) fn here(work: Option<&Shared>) -> Self {
        Self {
            usage: own_usage(),
            peak_bytes: vm_hwm_bytes().unwrap_or(0),
            alive: work.and_then(Shared::alive),
        }
    }

    pub(crate) fn words(&self) -> [u64; Self::WORDS] {
        let Usage {
            cpu,
            switches,
            run_queue_wait,
            threads,
            ..
        } = self.usage;
        let (count, from, until) = self
            .alive
            .map_or((0, 0, 0), |alive| (alive.count, alive.from, alive.until));
        [
            nanos(cpu),
            switches.voluntary,
            switches.involuntary,
            nanos(run_queue_wait),
            threads,
            self.peak_bytes,
            count,
            from,
            until,
        ]
    }

    /// What such a message says; the rank is a process by itself.
    pub(crate) fn of(words: [u64; Self::WORDS]) -> Self {
        let [
            cpu,
            voluntary,
            involuntary,
            waited,
            threads,
            peak_bytes,
            count,
            from,
            until,
        ] = words;
        Self {
            usage: Usage {
                cpu: Duration::from_nanos(cpu),
                switches: ContextSwitches {
                    voluntary,
                    involuntary,
                },
                run_queue_wait: Duration::from_nanos(waited),
                threads,
                processes: 1,
            },
            peak_bytes,
            alive: (count > 0).then_some(Alive { count, from, until }),
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_go_through_a_message_unchanged() {
        let record = |index| Record {
            index,
            latency_ns: 2,
            digest: 3,
            intended_ns: 4,
            started_ns: 5,
        };
        let words: Vec<u64> = [record(0), record(1)]
            .iter()
            .flat_map(|record| record.words())
            .collect();
        assert_eq!(Record::all_of(&words), Some(vec![record(0), record(1)]));
        assert_eq!(Record::all_of(&words[1..]), None);
    }

    #[test]
    fn what_a_rank_has_used_goes_through_a_message_unchanged() {
        let words = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        let used = Used::of(words);
        assert_eq!(used.words(), words);
        assert_eq!((used.usage.threads, used.usage.processes), (5, 1));
        let nothing_alive = [1, 2, 3, 4, 5, 6, 0, 0, 0];
        assert_eq!(Used::of(nothing_alive).alive, None);
    }
}
