//! What all lanes of one process share, whatever their tasks consist of: the setup, and the latches of
//! tasks that wait.

use std::time::Duration;

use protocol::{Setup, Step};

use crate::latch::{Alive, Latch};
use crate::lateness::Lateness;
use crate::task::Task;
use crate::trace;

/// What all lanes of one process share.
pub struct Shared {
    /// What the model was set up with.
    pub setup: Setup,
    /// How many lanes this process opens.
    pub lanes: u64,
    warm_up: Latch,
    run: Latch,
    lateness: Lateness,
    only_waits: bool,
}

impl Shared {
    /// What this many lanes share.
    pub(crate) fn new(setup: Setup, lanes: u64) -> Self {
        // In an open loop, tasks arrive by the clock: lanes that waited for each other would hold up
        // those that are due.
        let least_rest = first_wait(&setup.workload.steps);
        // Nor do requests wait for each other: those who ask may have fewer under way.
        let (warm_up, run) = match (&setup.workload.serve, setup.workload.rate) {
            (Some(_), _) => (Latch::open(), Latch::open()),
            (None, Some(_)) => (Latch::new(lanes, least_rest), Latch::open()),
            (None, None) => (Latch::new(lanes, least_rest), Latch::new(lanes, least_rest)),
        };
        Self {
            lanes,
            warm_up,
            run,
            lateness: if setup.workload.measures_lateness() {
                Lateness::of(setup.workload.tasks)
            } else {
                Lateness::default()
            },
            // What such tasks do without the steps of others is not recorded.
            only_waits: only_waits(&setup.workload.steps) && !trace::is_prepared(),
            setup,
        }
    }

    /// Calls `observer` in the measured phase when all lanes wait at once, before any goes on.
    pub(crate) fn observe(&mut self, observer: impl Fn() + Send + Sync + 'static) {
        self.run.observe(Box::new(observer));
    }

    /// Whether somebody observes that all lanes wait at once.
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.run.on_full().is_some()
    }

    /// Tells the observer that all lanes wait at once, for work whose lanes are in other processes.
    pub fn report_all_alive(&self) {
        if let Some(observer) = self.run.on_full() {
            observer();
        }
    }

    /// How many waiting tasks were alive at once in the measured phase.
    #[must_use]
    pub fn alive(&self) -> Option<Alive> {
        self.run.alive()
    }

    /// The tasks of the measured phase whose latency is how late their wait ended, and by how many nanoseconds each
    /// was; none where it is how long they took.
    pub fn lateness(&self) -> impl Iterator<Item = (u64, u64)> {
        self.lateness.all()
    }

    /// Notes that the wait of the task with this index took this long instead of `asked`.
    pub(crate) fn note_lateness(&self, index: u64, took_ns: u64, asked: Duration) {
        self.lateness.note(index, took_ns, asked);
    }

    /// Whether a task is one of the warm-up, of which every lane does exactly one.
    #[must_use]
    pub fn is_warm_up(&self, task: &Task) -> bool {
        task.index >= self.setup.workload.tasks
    }

    /// Lets tasks at the latches go, because a lane that they wait for has failed.
    pub fn abandon(&self) {
        self.warm_up.abandon();
        self.run.abandon();
    }

    /// Whether tasks consist of waits and of nothing else, so that [`crate::Lane::wait`] does them.
    #[must_use]
    pub fn only_waits(&self) -> bool {
        self.only_waits
    }

    /// How long the step at this place waits; `None` where there is no such wait.
    pub(crate) fn nth_wait(&self, number: u8) -> Option<Duration> {
        match self.setup.workload.steps.get(usize::from(number))? {
            Step::Wait(wait) => Some(wait.duration),
            _ => None,
        }
    }

    /// Where the waits of the task with this index are counted.
    pub(crate) fn latch(&self, index: u64) -> &Latch {
        if index >= self.setup.workload.tasks {
            &self.warm_up
        } else {
            &self.run
        }
    }
}

/// How long the first wait of a task takes.
fn first_wait(steps: &[Step]) -> Duration {
    let mut waits = steps.iter().filter_map(|step| match step {
        Step::Wait(wait) => Some(wait.duration),
        _ => None,
    });
    waits.next().unwrap_or_default()
}

fn only_waits(steps: &[Step]) -> bool {
    let all = steps.iter().all(|step| matches!(step, Step::Wait(_)));
    all && !steps.is_empty()
}
