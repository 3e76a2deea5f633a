//! The interface to a model's scheduler: what a model must be able to do with its units of
//! concurrency (threads, async tasks, jobs of a pool) so that tasks can be spawned on it.

use std::future::Future;

use crate::model::Counts;

/// Starts units of a model's concurrency.
pub trait Executor: Clone + Send + Sync + 'static {
    /// Starts one unit that carries out this future.
    ///
    /// # Errors
    /// When the system refuses another one.
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()>;

    /// Runs a future to completion where spawning from it is cheapest.
    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T;

    /// Releases what only one unit may hold at a time (an interpreter lock), if another unit has
    /// asked for it. Units that compute without awaiting anything must call this regularly.
    fn check(&self) {}

    /// The number of threads that were started for units and have ended.
    fn ended_threads(&self) -> u64 {
        0
    }

    /// The model's own counts since it started.
    fn counts(&self) -> Counts {
        Counts::new()
    }
}
