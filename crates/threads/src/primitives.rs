//! What threads join by and send over: handles and channels of the standard library, in all variants
//! that have any. Starting threads is left to the variants.

use std::convert::Infallible;
use std::future::Future;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use runner::{Message, Primitives};
use workloads::blocking::run_ready;

use crate::pool::Members;
use crate::rayon::Jobs;
use crate::spawn::Threads;

impl Primitives for Threads {
    type Handle = JoinHandle<u64>;
    type Sender = SyncSender<Message>;
    type Receiver = Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        self.thread(unit)
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        self.waiting(|| handle.join()).ok()
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        Ok(sync_channel(1))
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        self.waiting(|| to.send(message)).is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        self.waiting(|| from.recv()).ok()
    }
}

/// A thread that waits takes the unit as its next job, and answers when it is done.
impl Primitives for Members {
    type Handle = Receiver<u64>;
    type Sender = SyncSender<Message>;
    type Receiver = Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        let (answer, handle) = sync_channel(1);
        self.give(Box::new(move || answered(&answer, unit)))?;
        Ok(handle)
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        self.waiting(|| handle.recv()).ok()
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        Ok(sync_channel(1))
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        self.waiting(|| to.send(message)).is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        self.waiting(|| from.recv()).ok()
    }
}

/// Jobs have no handles: an answer over a channel, as for a pool of threads. They have no channels
/// either, and two jobs that wait for each other need two threads that nothing promises them.
impl Primitives for Jobs {
    type Handle = Receiver<u64>;
    type Sender = Infallible;
    type Receiver = Infallible;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        let (answer, handle) = sync_channel(1);
        self.give(move || answered(&answer, unit));
        Ok(handle)
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        handle.recv().ok()
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        Err("rayon has no channels, and its jobs must not wait for each other")
    }

    async fn send(&self, to: &Self::Sender, _: Message) -> bool {
        match *to {}
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        match *from {}
    }
}

/// Whoever gave up a run does not listen any more.
fn answered(answer: &SyncSender<u64>, unit: impl Future<Output = u64>) {
    let _ = answer.send(run_ready(unit));
}
