//! A tokio runtime as an executor of tasks.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle as Thread;

use runner::protocol::Setup;
use runner::{Driver, Executor, Message, Primitives};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// A runtime, or a handle to it. A clone is only a handle and can only spawn: units hold clones,
/// and a runtime must not be shut down by one of its own tasks.
pub(crate) struct Tokio {
    handle: Handle,
    /// Who runs it, in the original; `None` in a clone.
    owned: Option<Owned>,
    /// A runtime for what blocks, in the original of a variant that has one.
    _second: Option<Runtime>,
    /// How many threads have done a call of a variant that starts one for each.
    ended_threads: Arc<AtomicU64>,
}

/// A runtime, by who runs it.
enum Owned {
    /// The thread that blocks on it.
    Caller(Runtime),
    /// Its worker threads. The future that `block_on` runs would run outside of them.
    Workers(Runtime),
    /// A thread of its own.
    Thread { _until_dropped: OwnThread },
}

impl Tokio {
    pub(crate) fn current_thread(setup: &Setup) -> std::io::Result<Self> {
        let runtime = build(&mut Builder::new_current_thread(), setup.blocking)?;
        let handle = runtime.handle().clone();
        Ok(Self::owning(handle, Owned::Caller(runtime)))
    }

    pub(crate) fn multi_thread(setup: &Setup) -> std::io::Result<Self> {
        let workers = usize::try_from(setup.workers).unwrap_or(usize::MAX);
        let mut builder = Builder::new_multi_thread();
        let runtime = build(builder.worker_threads(workers), setup.blocking)?;
        let handle = runtime.handle().clone();
        Ok(Self::owning(handle, Owned::Workers(runtime)))
    }

    /// A current-thread runtime with at most `blocking` threads for calls that block, on a thread
    /// of this name.
    pub(crate) fn on_own_thread(name: String, blocking: u64) -> std::io::Result<Self> {
        let runtime = build(&mut Builder::new_current_thread(), blocking)?;
        let handle = runtime.handle().clone();
        let _until_dropped = OwnThread::start(name, runtime)?;
        Ok(Self::owning(handle, Owned::Thread { _until_dropped }))
    }

    fn owning(handle: Handle, owned: Owned) -> Self {
        Self {
            handle,
            owned: Some(owned),
            _second: None,
            ended_threads: Arc::default(),
        }
    }

    /// What is added to by threads that nobody else counts, as they end.
    pub(crate) fn thread_ends(&self) -> &Arc<AtomicU64> {
        &self.ended_threads
    }

    /// Starts a second runtime of as many workers, which ends with this one.
    pub(crate) fn start_second(&mut self, setup: &Setup) -> std::io::Result<Handle> {
        let workers = usize::try_from(setup.workers).unwrap_or(usize::MAX);
        let mut builder = Builder::new_multi_thread();
        // Its tasks block its workers, and move nothing further.
        let runtime = build(builder.worker_threads(workers), 1)?;
        let handle = runtime.handle().clone();
        self._second = Some(runtime);
        Ok(handle)
    }
}

fn build(builder: &mut Builder, blocking: u64) -> std::io::Result<Runtime> {
    let threads = usize::try_from(blocking).unwrap_or(usize::MAX);
    builder.max_blocking_threads(threads).enable_all().build()
}

/// A thread that runs a runtime until this is dropped.
struct OwnThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<Thread<()>>,
}

impl OwnThread {
    fn start(name: String, runtime: Runtime) -> std::io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let builder = std::thread::Builder::new().name(name);
        let thread = builder.spawn(move || {
            // Nothing is ever sent: the wait ends when the sender is dropped.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for OwnThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Clone for Tokio {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
            owned: None,
            _second: None,
            ended_threads: self.ended_threads.clone(),
        }
    }
}

impl Executor for Tokio {
    fn ended_threads(&self) -> u64 {
        self.ended_threads.load(Ordering::Relaxed)
    }

    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        // Dropping the handle detaches the task, which goes on.
        drop(self.handle.spawn(unit));
        Ok(())
    }

    fn drive(&self, driver: Driver) {
        match self.owned.as_ref().expect("only the owner blocks") {
            Owned::Caller(runtime) => runtime.block_on(driver),
            // Moved to a worker thread. From outside, every task that the driver spawns would go
            // through the injection queue and wake a worker, which can cost a system call each.
            Owned::Workers(runtime) => {
                let inside = runtime.spawn(driver);
                // Whoever waits for what the driver gives finds nothing where it panicked.
                let _ = runtime.block_on(inside);
            }
            Owned::Thread { .. } => {
                let (ended, end) = oneshot::channel::<()>();
                drop(self.handle.spawn(async move {
                    driver.await;
                    drop(ended);
                }));
                // Nothing is ever sent: the wait ends with the driver.
                let _ = end.blocking_recv();
            }
        }
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
