//! What all lanes of one process share: the setup, and the latches of work that waits.

use std::time::Duration;

use protocol::Setup;

use crate::io::Io;
use crate::latch::{Alive, Latch};
use crate::task::Task;

/// The work of one process.
pub struct Work {
    /// What the model was set up with.
    pub setup: Setup,
    /// How many lanes this process opens.
    pub lanes: u64,
    warm_up: Latch,
    run: Latch,
    on_all_alive: Option<Box<dyn Fn() + Send + Sync>>,
}

impl Work {
    /// Work that is done over this many lanes.
    #[must_use]
    pub fn new(setup: Setup, lanes: u64) -> Self {
        let (warm_up, run) = (Latch::new(lanes), Latch::new(lanes));
        Self {
            setup,
            lanes,
            warm_up,
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

    /// How many waiting tasks were alive at once in the measured phase.
    #[must_use]
    pub fn alive(&self) -> Option<Alive> {
        self.run.alive()
    }

    pub(crate) async fn wait<I: Io>(&self, io: &I, task: &Task, duration: Duration) {
        if task.index >= self.setup.workload.tasks {
            return self.warm_up.wait(io, duration, || ()).await;
        }
        let observe = || {
            if let Some(observer) = &self.on_all_alive {
                observer();
            }
        };
        self.run.wait(io, duration, observe).await;
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
