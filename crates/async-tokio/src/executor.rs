//! A tokio runtime as an executor of tasks.

use std::future::Future;

use runner::protocol::Setup;
use runner::{Executor, Message, Primitives};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A runtime, or a handle to it. A clone is only a handle and can only spawn: units hold clones,
/// and a runtime must not be shut down by one of its own tasks.
pub(crate) struct Tokio {
    handle: Handle,
    /// The runtime itself, in the original and in no clone.
    runtime: Option<Runtime>,
    /// Whether the future that `block_on` runs would run outside the worker threads.
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
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            outside,
        })
    }
}

impl Clone for Tokio {
    fn clone(&self) -> Self {
        let (handle, runtime) = (self.handle.clone(), None);
        Self {
            handle,
            runtime,
            outside: self.outside,
        }
    }
}

impl Executor for Tokio {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        // Dropping the handle detaches the task, which goes on.
        drop(self.handle.spawn(unit));
        Ok(())
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = self.runtime.as_ref().expect("only the owner blocks");
        if !self.outside {
            return runtime.block_on(future);
        }
        // Moved to a worker thread. From outside, every task that the future spawns would go
        // through the injection queue and wake a worker, which can cost a system call each.
        let inside = runtime.spawn(future);
        runtime
            .block_on(inside)
            .expect("the driver of a run does not panic")
    }
}

impl Primitives for Tokio {
    type Handle = JoinHandle<u64>;
    type Sender = mpsc::Sender<Message>;
    type Receiver = mpsc::Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        Ok(self.handle.spawn(unit))
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        handle.await.ok()
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        Ok(mpsc::channel(1))
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        to.send(message).await.is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        from.recv().await
    }
}
