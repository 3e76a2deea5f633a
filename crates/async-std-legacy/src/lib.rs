//! async-std: discontinued upstream; its users are advised to move to smol, whose executor,
//! reactor and blocking pool it resolves to. What is compared is its front end.

mod io;

use std::future::Future;
use std::sync::Arc;

use async_std::channel::{Receiver, Sender, bounded};
use async_std::task::{self, JoinHandle};
use runner::{Error, Executor, Knobs, Message, Model, Primitives, Result, Running, SpawnEach};
use workloads::Work;

use crate::io::AsyncStdIo;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[&Multi];

struct Multi;

impl Model for Multi {
    fn name(&self) -> &'static str {
        "multi"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let knobs = Knobs::from([
            from_environment("ASYNC_STD_THREAD_COUNT", cores, work.setup.workers)?,
            from_environment("BLOCKING_MAX_THREADS", 500, work.setup.blocking)?,
        ]);
        // Its threads start with the first use.
        task::block_on(async {});
        Ok(Box::new(SpawnEach::new(AsyncStdIo, Global, work, knobs)))
    }
}

/// async-std takes its settings from the environment and nowhere else; `default` is what it takes
/// where the environment says nothing.
fn from_environment(name: &str, default: usize, wanted: u64) -> Result<(String, String)> {
    let found = std::env::var(name).unwrap_or_else(|_| default.to_string());
    if found != wanted.to_string() {
        return Err(Error::Usage(format!(
            "{name} is {found:?} and must be {wanted}"
        )));
    }
    Ok((name.to_lowercase(), found))
}

/// The executor that a process has one of.
#[derive(Clone, Copy)]
struct Global;

impl Executor for Global {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        // Dropping the handle lets the task run on by itself.
        drop(task::spawn(unit));
        Ok(())
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        // Parked, not driving the reactor, as in async-smol: async-std's threads do all the work.
        futures_lite::future::block_on(task::spawn(future))
    }
}

impl Primitives for Global {
    type Handle = JoinHandle<u64>;
    type Sender = Sender<Message>;
    type Receiver = Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        Ok(task::spawn(unit))
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        Some(handle.await)
    }

    fn channel(&self) -> std::result::Result<(Self::Sender, Self::Receiver), &'static str> {
        Ok(bounded(1))
    }

    async fn send(&self, to: &Self::Sender, message: Message) -> bool {
        to.send(message).await.is_ok()
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        from.recv().await.ok()
    }
}
