//! What all lanes of one process share: the setup, and the latches of work that waits.

use std::future::Future;
use std::time::Duration;

use protocol::Setup;

use crate::io::Io;
use crate::latch::{Alive, Latch, ObserveFull};
use crate::task::Task;

/// The work of one process.
pub struct Work {
    /// What the model was set up with.
    pub setup: Setup,
    /// How many lanes this process opens.
    pub lanes: u64,
    warm_up: Latch,
    run: Latch,
    on_all_alive: Option<Box<ObserveFull>>,
}

impl Work {
    /// Work that is done over this many lanes.
    #[must_use]
    pub fn new(setup: Setup, lanes: u64) -> Self {
        // In an open loop, tasks arrive by the clock: lanes that waited for each other would hold up
        // those that are due.
        let run = match setup.workload.rate {
            None => Latch::new(lanes),
            Some(_) => Latch::open(),
        };
        Self {
            setup,
            lanes,
            warm_up: Latch::new(lanes),
            run,
            on_all_alive: None,
        }
    }

    /// Calls `observer` in the measured phase when all lanes wait at once, before any goes on.
    #[must_use]
    pub fn observed(mut self, observer: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_all_alive = Some(Box::new(observer));
        self
    }

    /// Whether somebody observes that all lanes wait at once.
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.on_all_alive.is_some()
    }

    /// Tells the observer that all lanes wait at once, for work whose lanes are in other processes.
    pub fn report_all_alive(&self) {
        if let Some(observer) = &self.on_all_alive {
            observer();
        }
    }

    /// How many waiting tasks were alive at once in the measured phase.
    #[must_use]
    pub fn alive(&self) -> Option<Alive> {
        self.run.alive()
    }

    /// Whether a task is one of the warm-up, of which every lane does exactly one.
    #[must_use]
    pub fn is_warm_up(&self, task: &Task) -> bool {
        task.index >= self.setup.workload.tasks
    }

    /// Lets tasks at the latches go, because a lane that they wait for has failed.
    pub(crate) fn abandon(&self) {
        self.warm_up.abandon();
        self.run.abandon();
    }

    pub(crate) fn wait<'a, I: Io>(
        &'a self,
        io: &'a I,
        task: &Task,
        duration: Duration,
    ) -> impl Future<Output = ()> + Send + 'a {
        if self.is_warm_up(task) {
            return self.warm_up.wait(io, duration, None);
        }
        self.run.wait(io, duration, self.on_all_alive.as_deref())
    }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Work")
            .field("setup", &self.setup)
            .field("lanes", &self.lanes)
            .finish()
    }
}
