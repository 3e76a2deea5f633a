//! smol's executor, run by the thread that blocks on it or by threads of its own.

use std::future::Future;
use std::sync::Arc;
use std::thread::JoinHandle;

use runner::{Driver, Executor, Message, Primitives};
use smol::Task;
use smol::channel::{Receiver, Sender, bounded};

/// An executor. Clones are the same executor.
#[derive(Clone, Default)]
pub(crate) struct Smol {
    executor: Arc<smol::Executor<'static>>,
    /// Its own threads, if it has any. Dropping the last clone ends them.
    threads: Option<Arc<Threads>>,
}

/// The threads that run an executor.
struct Threads {
    stop: Option<Sender<()>>,
    handles: Vec<JoinHandle<()>>,
}

impl Smol {
    /// An executor with this many threads of its own.
    pub(crate) fn multi(threads: usize) -> std::io::Result<Self> {
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
            threads: Some(Arc::new(all)),
        })
    }
}

/// Runs an executor until it is stopped.
fn run(executor: &smol::Executor<'static>, stopped: &Receiver<()>) {
    // Nothing is ever sent. The future completes when the channel is closed, which stops all
    // threads at once.
    let _ = smol::block_on(executor.run(stopped.recv()));
}

impl Executor for Smol {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.executor.spawn(unit).detach();
        Ok(())
    }

    fn drive(&self, driver: Driver) {
        match &self.threads {
            None => smol::block_on(self.executor.run(driver)),
            // `future::block_on` parks this thread; `smol::block_on` would also let it drive the
            // reactor, and so give the model one thread more than its workers.
            Some(_) => smol::future::block_on(self.executor.spawn(driver)),
        }
    }
}

impl Primitives for Smol {
    type Handle = Task<u64>;
    type Sender = Sender<Message>;
    type Receiver = Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        Ok(self.executor.spawn(unit))
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        handle.fallible().await
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        Ok(bounded(1))
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        to.send(message).await.is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        from.recv().await.ok()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        drop(self.stop.take());
        let this = std::thread::current().id();
        for handle in self.handles.drain(..) {
            // The last clone may be dropped by a unit on one of these threads, and a thread that
            // joins itself would wait for ever.
            if handle.thread().id() != this {
                let _ = handle.join();
            }
        }
    }
}
