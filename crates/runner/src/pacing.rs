//! The load generator of an open loop: one thread that hands each task to the model at the time at
//! which it should start.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use protocol::{OpenLoop, Rate, Spread, Workload, arrival_offsets};
use rustix::time::{ClockId, clock_gettime};
use workloads::{Error as WorkError, Task, Tasks, monotonic_ns, sleep_until};

use crate::arrival::{Arrival, LATE_NS};
use crate::error::{Error, Result};
use crate::output::end_with;
use crate::recorder::Recorder;

/// The delay between the order to start and the first arrival, which gives the thread time to
/// start.
const LEAD_NS: u64 = 2_000_000;

/// The arrivals of one run.
#[derive(Debug)]
pub struct Arrivals {
    tasks: Tasks,
    rate: Rate,
    spread: Spread,
    /// The time that every task spends waiting, whatever the model.
    wait_ns: u64,
    record: Recorder,
    tally: Arc<Tally>,
}

/// What the pacing thread measures of itself.
#[derive(Debug, Default)]
struct Tally {
    /// Arrivals that were handed over late.
    late: AtomicU64,
    /// Processor time of the thread, without the model's part of it.
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

    /// The number of tasks that arrive.
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
        hand_over: impl FnMut(Option<Arrival>) -> bool + Send + 'static,
    ) -> Result<()> {
        let start_offsets =
            arrival_offsets(self.tasks.seed, self.tasks.count, self.rate, self.spread);
        // Poisson offsets accumulate, so finding the last one means computing all of them. That is
        // done before the start time is fixed, because it takes longer than the lead.
        let last = start_offsets.clone().last().unwrap_or(0);
        let first_ns = monotonic_ns() + LEAD_NS;
        let in_time = last.saturating_add(self.wait_ns).saturating_add(LATE_NS);
        self.record.set_window_end(first_ns.saturating_add(in_time));
        let pacer = Pacer {
            tasks: self.tasks,
            first_ns,
            tally: Arc::clone(&self.tally),
            hand_over,
        };
        std::thread::Builder::new()
            .name("pacing".to_owned())
            .spawn(move || {
                // Whoever waits for arrivals would wait for ever: nothing else tells that there will be
                // no more of them.
                catch_unwind(AssertUnwindSafe(|| pacer.run(start_offsets))).unwrap_or_else(|_| {
                    let problem = "the pacing thread panicked".to_owned();
                    end_with(&WorkError::Model(problem).into())
                });
            })
            .map(drop)
            .map_err(|error| Error::io("cannot start the pacing thread", error))
    }

    /// How punctual the open loop was, once all tasks are done.
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

/// The state of the pacing thread.
struct Pacer<F> {
    tasks: Tasks,
    /// When the first task could start, in nanoseconds of [`monotonic_ns`].
    first_ns: u64,
    tally: Arc<Tally>,
    hand_over: F,
}

impl<F: FnMut(Option<Arrival>) -> bool> Pacer<F> {
    fn run(mut self, offsets: impl Iterator<Item = u64>) {
        let mut handing_over_ns = 0;
        for (index, offset) in (self.tasks.first..).zip(offsets) {
            let intended_ns = self.first_ns + offset;
            sleep_until(intended_ns);
            if monotonic_ns().saturating_sub(intended_ns) > LATE_NS {
                self.tally.late.fetch_add(1, Relaxed);
            }
            let arrival = Arrival {
                task: Task::new(self.tasks.seed, index),
                intended_ns,
            };
            // Handing over is the model's own work, such as waking a worker thread. It is charged
            // to the model; only the rest of this thread's time is the harness's and is taken off.
            let before_ns = thread_cpu_ns();
            let go_on = (self.hand_over)(Some(arrival));
            handing_over_ns += thread_cpu_ns() - before_ns;
            // Stored after every arrival, because the run may end with any of them, and the total
            // is read as soon as it has.
            let pacing_ns = thread_cpu_ns().saturating_sub(handing_over_ns);
            self.tally.cpu_ns.store(pacing_ns, Relaxed);
            if !go_on {
                return;
            }
        }
        (self.hand_over)(None);
    }
}

/// Processor time that the calling thread has used, in nanoseconds.
fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}
