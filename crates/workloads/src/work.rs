//! The work of one process: what its lanes share, and what its tasks consist of.

use std::ops::Deref;

use protocol::Setup;

use crate::body::TaskBody;
use crate::shared::Shared;
use crate::steps::Steps;

/// The work of one process, whose tasks consist of `B`.
pub struct Work<B = Steps> {
    shared: Shared,
    pub(crate) body: B,
}

impl Work {
    /// Work of built-in steps that is done over this many lanes.
    #[must_use]
    pub fn new(setup: Setup, lanes: u64) -> Self {
        Self::of(setup, lanes)
    }
}

impl<B: TaskBody> Work<B> {
    /// Work that is done over this many lanes.
    #[must_use]
    pub fn of(setup: Setup, lanes: u64) -> Self {
        Self {
            shared: Shared::new(setup, lanes),
            body: B::default(),
        }
    }

    /// Calls `observer` in the measured phase when all lanes wait at once, before any goes on.
    #[must_use]
    pub fn observed(mut self, observer: impl Fn() + Send + Sync + 'static) -> Self {
        self.shared.observe(observer);
        self
    }
}

impl<B> Deref for Work<B> {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl<B> std::fmt::Debug for Work<B> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Work")
            .field("setup", &self.setup)
            .field("lanes", &self.lanes)
            .finish()
    }
}
