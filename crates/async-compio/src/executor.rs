//! A thread that runs a compio runtime, as an executor of units that stay on it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread::JoinHandle;

use async_channel::{Receiver, Sender};
use compio::runtime::Runtime;
use futures_channel::oneshot;
use runner::{Driver, Executor, Message, Primitives};

use crate::ring::Ring;

/// A unit on its way to the thread that runs it.
type Unit = Pin<Box<dyn Future<Output = ()> + Send>>;

thread_local! {
    /// The number of the runtime that this thread runs.
    static RUNS: Cell<Option<u64>> = const { Cell::new(None) };
}

/// A runtime on a thread of its own. A clone is only a handle and can only spawn.
pub(crate) struct Compio {
    number: u64,
    units: Sender<Unit>,
    /// The thread, in the original and in no clone.
    thread: Option<JoinHandle<()>>,
}

impl Compio {
    /// Starts a thread with a runtime.
    ///
    /// # Errors
    /// When the system refuses a thread or the kernel an io_uring instance.
    pub(crate) fn start(number: u64, ring: Ring) -> std::io::Result<Self> {
        let (units, started) = async_channel::unbounded();
        let (answer, answered) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name(format!("compio-{number}"))
            // The runtime is made here because it can not move to another thread.
            .spawn(move || match ring.runtime() {
                Ok(runtime) => {
                    let _ = answer.send(Ok(()));
                    run(number, &runtime, &started);
                }
                Err(error) => drop(answer.send(Err(error))),
            })?;
        let outcome = answered.recv().map_err(|_| {
            std::io::Error::other("the thread of a runtime panicked while it started")
        })?;
        outcome.map(|()| Self {
            number,
            units,
            thread: Some(thread),
        })
    }
}

/// Runs the units of a runtime until there will be no more of them.
fn run(number: u64, runtime: &Runtime, started: &Receiver<Unit>) {
    RUNS.set(Some(number));
    runtime.block_on(async {
        while let Ok(unit) = started.recv().await {
            compio::runtime::spawn(unit).detach();
        }
    });
}

impl Clone for Compio {
    fn clone(&self) -> Self {
        Self {
            number: self.number,
            units: self.units.clone(),
            thread: None,
        }
    }
}

impl Drop for Compio {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // Closed and not only dropped, because units that wait for ever may hold clones.
            self.units.close();
            let _ = thread.join();
        }
    }
}

impl Executor for Compio {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        if RUNS.get() == Some(self.number) {
            compio::runtime::spawn(unit).detach();
            return Ok(());
        }
        self.units
            .try_send(Box::pin(unit))
            .map_err(|_| std::io::Error::other("the thread of a runtime has ended"))
    }

    fn drive(&self, driver: Driver) {
        let (ended, end) = mpsc::channel::<()>();
        let unit = async move {
            driver.await;
            drop(ended);
        };
        self.spawn(unit).expect("the thread lasts as long as this");
        // Nothing is ever sent: the wait ends with the driver.
        let _ = end.recv();
    }
}

impl Primitives for Compio {
    type Handle = oneshot::Receiver<u64>;
    type Sender = Sender<Message>;
    type Receiver = Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        // compio's own handles belong to one thread, and units are joined from others as well.
        let (answer, handle) = oneshot::channel();
        self.spawn(async move {
            let _ = answer.send(unit.await);
        })?;
        Ok(handle)
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        handle.await.ok()
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        // compio has no channels.
        Ok(async_channel::bounded(1))
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        to.send(message).await.is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        from.recv().await.ok()
    }
}
