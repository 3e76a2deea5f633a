//! smol's executor, run by the calling thread or by threads of its own.

use std::future::Future;
use std::sync::Arc;
use std::thread::JoinHandle;

use runner::Executor;
use smol::Task;
use smol::channel::{Receiver, Sender, bounded};

/// The executor run by whoever blocks on it.
#[derive(Clone, Default)]
pub(crate) struct Single {
    executor: Arc<smol::Executor<'static>>,
}

impl Single {
    pub(crate) fn task<T: Send + 'static>(
        &self,
        unit: impl Future<Output = T> + Send + 'static,
    ) -> Task<T> {
        self.executor.spawn(unit)
    }
}

impl Executor for Single {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.task(unit).detach();
        Ok(())
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        smol::block_on(self.executor.run(future))
    }
}

/// The executor run by several threads, which the last clone ends.
#[derive(Clone)]
pub(crate) struct Multi {
    executor: Arc<smol::Executor<'static>>,
    _threads: Arc<Threads>,
}

struct Threads {
    stop: Option<Sender<()>>,
    handles: Vec<JoinHandle<()>>,
}

impl Multi {
    pub(crate) fn start(threads: usize) -> std::io::Result<Self> {
        let executor = Arc::new(smol::Executor::new());
        let (stop, stopped) = bounded(1);
        let mut all = Threads {
            stop: Some(stop),
            handles: Vec::new(),
        };
        for number in 0..threads {
            let builder = std::thread::Builder::new().name(format!("smol-{number}"));
            let (executor, stopped) = (Arc::clone(&executor), stopped.clone());
            all.handles
                .push(builder.spawn(move || run(&executor, &stopped))?);
        }
        Ok(Self {
            executor,
            _threads: Arc::new(all),
        })
    }

    pub(crate) fn task<T: Send + 'static>(
        &self,
        unit: impl Future<Output = T> + Send + 'static,
    ) -> Task<T> {
        self.executor.spawn(unit)
    }
}

fn run(executor: &smol::Executor<'static>, stopped: &Receiver<()>) {
    // Nothing is ever sent: the channel's end is the sign to stop.
    let _ = smol::block_on(executor.run(stopped.recv()));
}

impl Executor for Multi {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.task(unit).detach();
        Ok(())
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        // Parked, not driving the reactor: the executor's own threads do all the work.
        smol::future::block_on(self.executor.spawn(future))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        drop(self.stop.take());
        let this = std::thread::current().id();
        for handle in self.handles.drain(..) {
            // The last clone may be dropped by a unit, on one of these very threads.
            if handle.thread().id() != this {
                let _ = handle.join();
            }
        }
    }
}
