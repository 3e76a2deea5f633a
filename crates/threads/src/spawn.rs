//! A thread per task: each starts the next as it ends.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;

use gil::GilIo;
use runner::{Counts, Executor, Model, Result, Running, SpawnEach};
use workloads::Work;
use workloads::blocking::{BlockingIo, run_ready};

use crate::under::Under;
use crate::{STACK_BYTES, knobs};

pub(crate) struct Spawn {
    pub(crate) gil: bool,
}

impl Model for Spawn {
    fn name(&self) -> &'static str {
        match self.gil {
            false => "spawn",
            true => "spawn+gil",
        }
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let knobs = knobs(&[("stack_bytes", STACK_BYTES.to_string())]);
        if !self.gil {
            let threads = Threads::default();
            return Ok(Box::new(SpawnEach::new(BlockingIo, threads, work, knobs)));
        }
        let (interpreter, under) = Under::interpreter(&work.setup);
        let io = GilIo::new(BlockingIo, interpreter);
        let knobs = under.knobs(knobs);
        let threads = Threads {
            under,
            ..Threads::default()
        };
        Ok(Box::new(SpawnEach::new(io, threads, work, knobs)))
    }
}

/// Starts threads, and counts them.
#[derive(Clone, Default)]
pub(crate) struct Threads {
    started: Arc<AtomicU64>,
    under: Under,
}

impl Threads {
    /// A call that waits for another thread.
    pub(crate) fn waiting<T>(&self, call: impl FnOnce() -> T) -> T {
        self.under.blocking(call)
    }

    /// A thread that carries out this future, which is ready on its first poll.
    pub(crate) fn thread<T: Send + 'static>(
        &self,
        unit: impl Future<Output = T> + Send + 'static,
    ) -> std::io::Result<JoinHandle<T>> {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        let under = self.under.clone();
        let handle = builder.spawn(move || under.live(|| run_ready(unit)))?;
        self.started.fetch_add(1, Relaxed);
        Ok(handle)
    }
}

impl Executor for Threads {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.thread(unit).map(drop)
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        self.under.block_on(future)
    }

    fn check(&self) {
        self.under.check();
    }

    fn ended_threads(&self) -> u64 {
        self.started.load(Relaxed)
    }

    fn counts(&self) -> Counts {
        self.under.counts()
    }
}
