//! The arrivals of an open loop: when each task ought to start, and the one thread that hands them
//! over at those times. What a model does with an arrival is left to `open` and to the model.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use protocol::{OpenLoop, Rate, Spread, Workload};
use rustix::time::{ClockId, clock_gettime};
use workloads::{Task, Tasks, digest, monotonic_ns, sleep_until};

use crate::model::{Error, Result};
use crate::recorder::Recorder;

/// What is later than this is counted as late.
pub(crate) const LATE_NS: u64 = 1_000_000;
/// How long after the order the first task arrives, so that the thread has started.
const LEAD_NS: u64 = 2_000_000;
/// Keeps the stream of intervals apart from those of tasks.
const INTERVALS: u64 = 0x6172_7269_7665;

/// One task of an open loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The task.
    pub task: Task,
    /// When it ought to start, in nanoseconds of [`monotonic_ns`].
    pub intended_ns: u64,
}

/// The arrivals of one run.
#[derive(Debug)]
pub struct Arrivals {
    tasks: Tasks,
    rate: Rate,
    spread: Spread,
    /// What every task waits for, whatever the model.
    wait_ns: u64,
    record: Recorder,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    late: AtomicU64,
    cpu_ns: AtomicU64,
}

impl Arrivals {
    pub(crate) fn new(tasks: Tasks, workload: &Workload, rate: Rate, record: &Recorder) -> Self {
        let wait = workload.wait_per_task().as_nanos();
        Self {
            tasks,
            rate,
            spread: workload.arrivals,
            wait_ns: u64::try_from(wait).unwrap_or(u64::MAX),
            record: record.clone(),
            tally: Arc::default(),
        }
    }

    /// How many tasks arrive.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.tasks.count
    }

    /// Starts the pacing thread: it calls `hand_over` with every arrival at its time, or as soon as
    /// it can afterwards, and with `None` after the last. `false` ends it early.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn begin(
        &self,
        mut hand_over: impl FnMut(Option<Arrival>) -> bool + Send + 'static,
    ) -> Result<()> {
        let offsets = offsets(self.tasks, self.rate, self.spread);
        // Looks at every one of them, and so before the first is due.
        let last = offsets.clone().last().unwrap_or(0);
        let first_ns = monotonic_ns() + LEAD_NS;
        let in_time = last.saturating_add(self.wait_ns).saturating_add(LATE_NS);
        self.record.set_window_end(first_ns.saturating_add(in_time));
        let (tasks, tally) = (self.tasks, Arc::clone(&self.tally));
        let pace = move || {
            let mut handing_over = 0;
            for (index, offset) in (tasks.first..).zip(offsets) {
                let intended_ns = first_ns + offset;
                sleep_until(intended_ns);
                if monotonic_ns().saturating_sub(intended_ns) > LATE_NS {
                    tally.late.fetch_add(1, Relaxed);
                }
                let arrival = Arrival {
                    task: Task::new(tasks.seed, index),
                    intended_ns,
                };
                let before = thread_cpu_ns();
                let go_on = hand_over(Some(arrival));
                handing_over += thread_cpu_ns() - before;
                // Before the last arrival can end the run, which reads it.
                tally
                    .cpu_ns
                    .store(thread_cpu_ns().saturating_sub(handing_over), Relaxed);
                if !go_on {
                    return;
                }
            }
            hand_over(None);
        };
        let thread = std::thread::Builder::new()
            .name("pacing".to_owned())
            .spawn(pace);
        thread
            .map(drop)
            .map_err(|error| Error::io("cannot start the pacing thread", error))
    }

    pub(crate) fn outcome(&self, record: &Recorder) -> OpenLoop {
        let (late_starts, completed_in_time) = record.punctuality();
        OpenLoop {
            late_starts,
            completed_in_time,
            generator_late: self.tally.late.load(Relaxed),
            pacing_cpu_ns: self.tally.cpu_ns.load(Relaxed),
        }
    }
}

/// When each task arrives, in nanoseconds after the first could.
fn offsets(tasks: Tasks, rate: Rate, spread: Spread) -> impl Iterator<Item = u64> + Clone {
    let interval = 1e9 / rate.per_second() as f64;
    let stream = digest::nth(tasks.seed, INTERVALS);
    let mut poisson = 0.0;
    (0..tasks.count).map(move |number| match spread {
        Spread::Uniform => (number as f64 * interval) as u64,
        Spread::Poisson => {
            poisson += interval * exponential(digest::nth(stream, number));
            poisson as u64
        }
    })
}

/// An exponential variate of mean 1 from 53 random bits, by inversion.
fn exponential(random: u64) -> f64 {
    let uniform = (random >> 11) as f64 / (1_u64 << 53) as f64;
    -(1.0 - uniform).ln()
}

fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spread: Spread) -> Vec<u64> {
        let tasks = Tasks {
            seed: 1,
            first: 0,
            count: 10_000,
        };
        offsets(tasks, Rate::new(1000).unwrap(), spread).collect()
    }

    #[test]
    fn uniform_arrivals_are_evenly_spaced() {
        let offsets = all(Spread::Uniform);
        assert_eq!(offsets[..3], [0, 1_000_000, 2_000_000]);
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_its_variance() {
        let offsets = all(Spread::Poisson);
        assert_eq!(
            offsets,
            all(Spread::Poisson),
            "the same seed gives the same times"
        );
        let intervals: Vec<f64> = offsets
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) as f64 / 1e6)
            .collect();
        let mean = intervals.iter().sum::<f64>() / intervals.len() as f64;
        let variance = intervals.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        let variance = variance / intervals.len() as f64;
        assert!((mean - 1.0).abs() < 0.05, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.15, "variance {variance}");
    }
}
