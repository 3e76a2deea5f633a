//! async-std, which is discontinued: its authors advise moving to smol. It is built on smol's
//! executor, reactor and blocking pool, so what this model shows is the cost of async-std's own
//! layer.

mod io;

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use async_std::channel::{Receiver, Sender, bounded};
use async_std::task::{self, JoinHandle};
use runner::{
    Driver, Error, Executor, Knobs, Message, Model, Primitives, Result, Running, Server, SpawnEach,
    unit_per_connection,
};
use workloads::{Shared, TaskBody, Work};

use crate::io::AsyncStdIo;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const { &[&Multi] }
}

/// The main function of this model's program, with tasks that consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    runner::main(
        concat!("async-std-legacy ", env!("CARGO_PKG_VERSION")),
        variants::<B>(),
    )
}

/// The one variant: async-std has only its global executor.
struct Multi;

impl<B: TaskBody> Model<B> for Multi {
    fn name(&self) -> &'static str {
        "multi"
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let knobs = start_executor(work)?;
        Ok(Box::new(SpawnEach::new(AsyncStdIo, Global, work, knobs)))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let knobs = start_executor(work)?;
        Ok(unit_per_connection(AsyncStdIo, vec![Global], work, knobs))
    }
}

/// Starts the global executor; its settings.
fn start_executor(work: &Shared) -> Result<Knobs> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let knobs = Knobs::from([
        from_environment("ASYNC_STD_THREAD_COUNT", cores, work.setup.workers)?,
        from_environment("BLOCKING_MAX_THREADS", 500, work.setup.blocking)?,
    ]);
    // The executor starts its threads when it is first used. That belongs to the start-up of
    // the model and not to its first task.
    task::block_on(async {});
    Ok(knobs)
}

/// Checks a setting that async-std takes from the environment and from nowhere else; its name and
/// value. `default` is the value that async-std takes if the variable is not set.
fn from_environment(name: &str, default: usize, wanted: u64) -> Result<(String, String)> {
    let value = std::env::var(name).unwrap_or_else(|_| default.to_string());
    if value != wanted.to_string() {
        return Err(Error::Usage(format!(
            "{name} is {value:?} and must be {wanted}"
        )));
    }
    Ok((name.to_lowercase(), value))
}

/// async-std's global executor.
#[derive(Clone, Copy)]
struct Global;

impl Executor for Global {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        // Dropping the handle detaches the task, which goes on.
        drop(task::spawn(unit));
        Ok(())
    }

    fn drive(&self, driver: Driver) {
        // `futures_lite`'s `block_on` parks this thread. async-std's own would let it drive the
        // reactor, and so give the model one thread more than its workers.
        futures_lite::future::block_on(task::spawn(driver));
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
