//! The units of this model as the runner sees them, whichever variant starts them: they block, are
//! joined, and send to each other over channels of the standard library.

use std::future::Future;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use runner::{Counts, Driver, Executor, Message, Primitives};
use workloads::blocking::run_ready;

use crate::under::Under;

/// The function that a unit runs, on whichever thread.
pub(crate) trait Unit<T>: FnOnce() -> T + Send + 'static {}

impl<T, F: FnOnce() -> T + Send + 'static> Unit<T> for F {}

/// How a variant starts units, and what they are joined by.
pub(crate) trait Start: Clone + Send + Sync + 'static {
    type Handle: Send + 'static;

    /// Why units have no channels to each other; `None` if they have.
    const NO_CHANNEL: Option<&'static str> = None;

    /// Starts a unit that nobody joins.
    fn spawn(&self, under: &Under, unit: impl Unit<()>) -> io::Result<()>;

    /// Starts a unit that can be joined.
    fn start(&self, under: &Under, unit: impl Unit<u64>) -> io::Result<Self::Handle>;

    /// Waits for the end of a unit; `None` where it panicked.
    fn join(handle: Self::Handle) -> Option<u64>;

    /// The number of threads that were started for units and have ended.
    fn ended_threads(&self) -> u64 {
        0
    }
}

/// Units that `starts` starts, under a lock or none.
#[derive(Clone)]
pub(crate) struct Units<S> {
    pub(crate) starts: S,
    pub(crate) under: Under,
}

impl<S: Start> Executor for Units<S> {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        self.starts.spawn(&self.under, || run_ready(unit))
    }

    fn drive(&self, driver: Driver) {
        self.under.block_on(driver);
    }

    fn check(&self) {
        self.under.check();
    }

    fn ended_threads(&self) -> u64 {
        self.starts.ended_threads()
    }

    fn counts(&self) -> Counts {
        self.under.counts()
    }
}

impl<S: Start> Primitives for Units<S> {
    type Handle = S::Handle;
    type Sender = SyncSender<Message>;
    type Receiver = Receiver<Message>;

    fn start(&self, unit: impl Future<Output = u64> + Send + 'static) -> io::Result<S::Handle> {
        self.starts.start(&self.under, || run_ready(unit))
    }

    async fn join(&self, handle: S::Handle) -> Option<u64> {
        self.under.blocking(|| S::join(handle))
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        match S::NO_CHANNEL {
            Some(why) => Err(why),
            // Room for one message, as in the channels of the asynchronous models.
            None => Ok(sync_channel(1)),
        }
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        self.under.blocking(|| to.send(message)).is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        self.under.blocking(|| from.recv()).ok()
    }
}

/// A unit that sends its result over a channel, for threads that outlive their units and therefore
/// give no handle to join them by.
pub(crate) fn answering(unit: impl Unit<u64>) -> (impl Unit<()>, Receiver<u64>) {
    let (answer, handle) = sync_channel(1);
    (
        move || {
            // Nobody listens any more if the run has been abandoned.
            let _ = answer.send(unit());
        },
        handle,
    )
}
