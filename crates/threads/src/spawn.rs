//! A thread per task: each starts the next as it ends.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;

use runner::{Executor, Model, Result, Running, SpawnEach};
use workloads::Work;
use workloads::blocking::{BlockingIo, run_ready};

use crate::{STACK_BYTES, knobs};

pub(crate) struct Spawn;

impl Model for Spawn {
    fn name(&self) -> &'static str {
        "spawn"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let knobs = knobs(&[("stack_bytes", STACK_BYTES.to_string())]);
        Ok(Box::new(SpawnEach::new(
            BlockingIo,
            Threads::default(),
            work,
            knobs,
        )))
    }
}

/// Starts threads, and counts them.
#[derive(Clone, Default)]
pub(crate) struct Threads {
    started: Arc<AtomicU64>,
}

impl Threads {
    /// A thread that carries out this future, which is ready on its first poll.
    pub(crate) fn thread<T: Send + 'static>(
        &self,
        unit: impl Future<Output = T> + Send + 'static,
    ) -> std::io::Result<JoinHandle<T>> {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        let handle = builder.spawn(move || run_ready(unit))?;
        self.started.fetch_add(1, Relaxed);
        Ok(handle)
    }
}

impl Executor for Threads {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.thread(unit).map(drop)
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        futures_lite::future::block_on(future)
    }

    fn ended_threads(&self) -> u64 {
        self.started.load(Relaxed)
    }
}
