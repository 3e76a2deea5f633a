//! The interface to a model's scheduler: what a model must be able to do with its units of
//! concurrency (threads, async tasks, jobs of a pool) so that tasks can be spawned on it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Counts;

/// A future that waits for the units of a phase.
// Boxed, so that what a runtime has for running one is compiled once with its model, and not again for
// every kind of work.
pub type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Starts units of a model's concurrency.
pub trait Executor: Clone + Send + Sync + 'static {
    /// Starts one unit that carries out this future.
    ///
    /// # Errors
    /// When the system refuses another one.
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()>;

    /// Runs a driver to completion where spawning from it is cheapest.
    fn drive(&self, driver: Driver);

    /// Runs a future to completion by [`Self::drive`].
    ///
    /// # Panics
    /// Where the future does.
    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        let answer = Arc::new(Mutex::new(None));
        let answered = Arc::clone(&answer);
        self.drive(Box::pin(async move {
            let value = future.await;
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        }));
        let value = answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        value.expect("the driver of a run does not panic")
    }

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
