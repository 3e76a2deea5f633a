//! What is kept of every task: its latency and its digest, 16 bytes in a slot of its own, so that
//! recording is two plain stores and no lane waits for another. Reading the clock is left to those
//! who drive lanes.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use hdrhistogram::Histogram;
use workloads::{Task, Tasks, digest};

use crate::model::{Error, Result};
use crate::pacing::{Arrival, LATE_NS};

/// Latencies above an hour count as an hour.
const LONGEST_NS: u64 = 3_600_000_000_000;

/// Where the tasks of one phase are recorded. Clones share the slots.
#[derive(Clone, Debug)]
pub struct Recorder {
    first: u64,
    slots: Arc<[Slot]>,
    punctuality: Arc<Punctuality>,
}

/// What is counted of an open loop besides.
#[derive(Debug, Default)]
struct Punctuality {
    window_end_ns: AtomicU64,
    late_starts: AtomicU64,
    completed_in_time: AtomicU64,
}

/// One task: 0 as its latency means that it was not done.
#[derive(Debug, Default)]
struct Slot {
    latency_ns: AtomicU64,
    digest: AtomicU64,
}

/// What one phase came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Digest of the run.
    pub digest: u64,
    /// Latencies as `[nanoseconds, count]`, ascending: three significant digits, each the upper
    /// edge of its bucket.
    pub latency: Vec<(u64, u64)>,
    /// Digest of every task.
    pub tasks: Vec<u64>,
}

impl Recorder {
    /// Slots for these tasks, all of them empty and already in memory.
    #[must_use]
    pub fn new(tasks: Tasks) -> Self {
        Self {
            first: tasks.first,
            slots: (0..tasks.count).map(|_| Slot::default()).collect(),
            punctuality: Arc::default(),
        }
    }

    /// Records a task.
    pub fn record(&self, task: &Task, latency: Duration, digest: u64) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.record_at(task.index, nanos, digest);
    }

    /// Records the task with this index. An index that is not of this phase is passed over: its
    /// slot stays empty, and the run fails.
    pub fn record_at(&self, index: u64, latency_ns: u64, digest: u64) {
        let place = usize::try_from(index.wrapping_sub(self.first)).unwrap_or(usize::MAX);
        if let Some(slot) = self.slots.get(place) {
            slot.digest.store(digest, Relaxed);
            slot.latency_ns.store(latency_ns.max(1), Relaxed);
        }
    }

    /// Records a task of an open loop, which started and ended at these times of
    /// [`workloads::monotonic_ns`]: its latency is from its intended start.
    pub fn record_arrival(&self, arrival: &Arrival, started_ns: u64, ended_ns: u64, digest: u64) {
        let latency = ended_ns.saturating_sub(arrival.intended_ns);
        if started_ns.saturating_sub(arrival.intended_ns) > LATE_NS {
            self.punctuality.late_starts.fetch_add(1, Relaxed);
        }
        if ended_ns <= self.punctuality.window_end_ns.load(Relaxed) {
            self.punctuality.completed_in_time.fetch_add(1, Relaxed);
        }
        self.record_at(arrival.task.index, latency, digest);
    }

    /// Until when a task of an open loop counts as completed in time.
    pub(crate) fn set_window_end(&self, ns: u64) {
        self.punctuality.window_end_ns.store(ns, Relaxed);
    }

    /// Late starts, and completions in time.
    pub(crate) fn punctuality(&self) -> (u64, u64) {
        let Punctuality {
            late_starts,
            completed_in_time,
            ..
        } = &*self.punctuality;
        (late_starts.load(Relaxed), completed_in_time.load(Relaxed))
    }

    /// Sums up, once all tasks are done.
    ///
    /// # Errors
    /// When a task was not recorded.
    pub fn finish(&self) -> Result<Recorded> {
        let mut histogram =
            Histogram::<u64>::new_with_max(LONGEST_NS, 3).expect("a valid range, and 3 digits");
        let mut tasks = Vec::with_capacity(self.slots.len());
        for (index, slot) in (self.first..).zip(self.slots.iter()) {
            match slot.latency_ns.load(Relaxed) {
                0 => return Err(Error::Undone(index)),
                nanos => histogram.saturating_record(nanos),
            }
            tasks.push(slot.digest.load(Relaxed));
        }
        let latency = histogram
            .iter_recorded()
            .map(|at| (at.value_iterated_to(), at.count_at_value()));
        let digest = digest::of_run((self.first..).zip(tasks.iter().copied()));
        Ok(Recorded {
            digest,
            latency: latency.collect(),
            tasks,
        })
    }
}

impl Recorded {
    /// Writes every task's digest, one a line.
    pub(crate) fn write_digests(&self, to: &Path) -> Result<()> {
        let write = || {
            let mut file = std::io::BufWriter::new(std::fs::File::create(to)?);
            self.tasks
                .iter()
                .try_for_each(|digest| writeln!(file, "{digest:016x}"))?;
            file.flush()
        };
        write().map_err(|error| Error::io(format!("cannot write {}", to.display()), error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_sums_up_to_its_digest_and_histogram() {
        let recorder = Recorder::new(Tasks {
            seed: 1,
            first: 5,
            count: 2,
        });
        recorder.record(&Task::new(1, 6), Duration::from_nanos(300), 11);
        assert!(matches!(recorder.finish(), Err(Error::Undone(5))));
        recorder.record(&Task::new(1, 5), Duration::from_nanos(200), 10);
        let recorded = recorder.finish().unwrap();
        assert_eq!(recorded.latency, [(200, 1), (300, 1)]);
        assert_eq!(recorded.digest, digest::of_run([(5, 10), (6, 11)]));
    }
}
