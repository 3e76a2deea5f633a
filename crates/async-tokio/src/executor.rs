//! A tokio runtime as an executor of tasks.

use std::future::Future;
use std::sync::Arc;

use runner::Executor;
use runner::protocol::Setup;
use tokio::runtime::{Builder, Runtime};

/// A runtime; the last clone shuts it down.
#[derive(Clone)]
pub(crate) struct Tokio {
    runtime: Arc<Runtime>,
    /// Whether `block_on`'s own future runs outside the worker threads, from where every spawn
    /// would have to wake one.
    outside: bool,
}

impl Tokio {
    pub(crate) fn current_thread(setup: &Setup) -> std::io::Result<Self> {
        Self::build(&mut Builder::new_current_thread(), setup, false)
    }

    pub(crate) fn multi_thread(setup: &Setup) -> std::io::Result<Self> {
        let workers = usize::try_from(setup.workers).unwrap_or(usize::MAX);
        Self::build(
            Builder::new_multi_thread().worker_threads(workers),
            setup,
            true,
        )
    }

    fn build(builder: &mut Builder, setup: &Setup, outside: bool) -> std::io::Result<Self> {
        let blocking = usize::try_from(setup.blocking).unwrap_or(usize::MAX);
        let runtime = builder
            .max_blocking_threads(blocking)
            .enable_all()
            .build()?;
        Ok(Self {
            runtime: Arc::new(runtime),
            outside,
        })
    }
}

impl Executor for Tokio {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        // Dropping the handle lets the task run on by itself.
        drop(self.runtime.spawn(unit));
        Ok(())
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        if !self.outside {
            return self.runtime.block_on(future);
        }
        let inside = self.runtime.spawn(future);
        self.runtime
            .block_on(inside)
            .expect("the driver of a run does not panic")
    }
}
