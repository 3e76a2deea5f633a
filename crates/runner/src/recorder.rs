//! The record of a phase: the latency and the digest of every task, 16 bytes in a slot of its own,
//! so that recording a task is two plain stores and no lane waits for another.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use hdrhistogram::Histogram;
use workloads::{Task, Tasks, digest};

use crate::arrival::{Arrival, LATE_NS};
use crate::error::{Error, Result};

/// The top of the latency histogram: a latency above one hour counts as one hour.
const LONGEST_NS: u64 = 3_600_000_000_000;

/// The slots in which the tasks of one phase are recorded. Clones share them.
#[derive(Clone, Debug)]
pub struct Recorder {
    first: u64,
    slots: Arc<[Slot]>,
    punctuality: Arc<Punctuality>,
}

/// Counts of an open loop.
#[derive(Debug, Default)]
struct Punctuality {
    /// A task that ends later than this has not completed in time.
    window_end_ns: AtomicU64,
    late_starts: AtomicU64,
    completed_in_time: AtomicU64,
}

/// One task. A latency of 0 means that the task was not done.
#[derive(Debug, Default)]
struct Slot {
    latency_ns: AtomicU64,
    digest: AtomicU64,
}

impl Slot {
    fn is_done(&self) -> bool {
        self.latency_ns.load(Relaxed) > 0
    }
}

/// The result of one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The digest of the run.
    pub digest: u64,
    /// Latencies as `[nanoseconds, count]`, ascending. Each is the upper edge of a histogram bucket
    /// with three significant digits.
    pub latency: Vec<(u64, u64)>,
    /// The digest of every task, in the order of their indices.
    pub tasks: Vec<u64>,
}

impl Recorder {
    /// Empty slots for these tasks.
    #[must_use]
    pub fn new(tasks: Tasks) -> Self {
        Self {
            first: tasks.first,
            // Written once here, so that the measured phase takes no page faults for them.
            slots: (0..tasks.count).map(|_| Slot::default()).collect(),
            punctuality: Arc::default(),
        }
    }

    /// Records a task.
    pub fn record(&self, task: &Task, latency: Duration, digest: u64) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.record_at(task.index, nanos, digest);
    }

    /// Records the task with this index. An index outside this phase is ignored; the run then fails
    /// because a slot stays empty.
    pub fn record_at(&self, index: u64, latency_ns: u64, digest: u64) {
        // An index below the first wraps to a huge position, which has no slot either.
        let position = usize::try_from(index.wrapping_sub(self.first)).unwrap_or(usize::MAX);
        if let Some(slot) = self.slots.get(position) {
            slot.digest.store(digest, Relaxed);
            // At least 1 ns: a coarse clock may see no time pass, and 0 marks a task as not done.
            slot.latency_ns.store(latency_ns.max(1), Relaxed);
        }
    }

    /// Puts other latencies in the place of those that tasks were recorded with.
    pub(crate) fn replace_latencies(&self, latencies: impl Iterator<Item = (u64, u64)>) {
        for (index, latency_ns) in latencies {
            let position = usize::try_from(index.wrapping_sub(self.first)).unwrap_or(usize::MAX);
            // One that was not done stays so.
            let done = self.slots.get(position).filter(|slot| slot.is_done());
            if let Some(slot) = done {
                slot.latency_ns.store(latency_ns.max(1), Relaxed);
            }
        }
    }

    /// Records a task of an open loop, which started and ended at these times of
    /// [`workloads::monotonic_ns`].
    pub fn record_arrival(&self, arrival: &Arrival, started_ns: u64, ended_ns: u64, digest: u64) {
        // From the intended start, not the actual one: a model that falls behind must not hide the
        // time for which its tasks were queued (coordinated omission).
        let latency = ended_ns.saturating_sub(arrival.intended_ns);
        if started_ns.saturating_sub(arrival.intended_ns) > LATE_NS {
            self.punctuality.late_starts.fetch_add(1, Relaxed);
        }
        if ended_ns <= self.punctuality.window_end_ns.load(Relaxed) {
            self.punctuality.completed_in_time.fetch_add(1, Relaxed);
        }
        self.record_at(arrival.task.index, latency, digest);
    }

    /// Sets the time until which a task of an open loop counts as completed in time.
    pub fn set_window_end(&self, ns: u64) {
        self.punctuality.window_end_ns.store(ns, Relaxed);
    }

    /// The numbers of late starts and of tasks that completed in time.
    #[must_use]
    pub fn punctuality(&self) -> (u64, u64) {
        let Punctuality {
            late_starts,
            completed_in_time,
            ..
        } = &*self.punctuality;
        (late_starts.load(Relaxed), completed_in_time.load(Relaxed))
    }

    /// The result of the phase, once all tasks are done.
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
        Ok(Recorded {
            digest: digest::of_run((self.first..).zip(tasks.iter().copied())),
            latency: histogram
                .iter_recorded()
                .map(|bucket| (bucket.value_iterated_to(), bucket.count_at_value()))
                .collect(),
            tasks,
        })
    }
}

impl Recorded {
    /// Writes the digest of every task, one a line.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_digests(&self, path: &Path) -> Result<()> {
        self.write_lines(path)
            .map_err(|error| Error::io(format!("cannot write {}", path.display()), error))
    }

    fn write_lines(&self, path: &Path) -> std::io::Result<()> {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        for digest in &self.tasks {
            writeln!(file, "{digest:016x}")?;
        }
        // Dropping the writer would also flush it, but would hide a full disk.
        file.flush()
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
        recorder.replace_latencies([(4, 1), (6, 900), (7, 1)].into_iter());
        assert_eq!(recorder.finish().unwrap().latency, [(200, 1), (900, 1)]);
        let other = Recorder::new(Tasks {
            seed: 1,
            first: 5,
            count: 1,
        });
        other.replace_latencies([(5, 900)].into_iter());
        assert!(matches!(other.finish(), Err(Error::Undone(5))));
    }
}
