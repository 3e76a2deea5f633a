//! tokio: its current-thread and its multi-thread scheduler, each also with computation that yields
//! between slices and with computation in a pool of its own.

mod executor;
mod io;

use std::process::ExitCode;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use runner::{Error, Knobs, Model, Result, Running, SpawnEach};
use workloads::{Computing, Offload, Shared, TaskBody, Work, Yielding};

use crate::executor::Tokio;
use crate::io::TokioIo;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const {
        &[
            &Variant::new("current-thread", Workers::One, Computes::Inline),
            &Variant::new("current-thread+yield", Workers::One, Computes::Yielding),
            &Variant::new("current-thread+offload", Workers::One, Computes::Offloaded),
            &Variant::new("multi-thread", Workers::Many, Computes::Inline),
            &Variant::new("multi-thread+yield", Workers::Many, Computes::Yielding),
            &Variant::new("multi-thread+offload", Workers::Many, Computes::Offloaded),
        ]
    }
}

/// The main function of this model's program, with tasks that consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    runner::main(
        concat!("async-tokio ", env!("CARGO_PKG_VERSION")),
        variants::<B>(),
    )
}

/// How many worker threads the scheduler has.
#[derive(Clone, Copy)]
enum Workers {
    /// The calling thread alone.
    One,
    /// As many as the request asks for.
    Many,
}

/// The error of a runtime or pool that cannot be started.
const CANNOT_START: &str = "cannot start a tokio runtime";

/// Where and how a kernel is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Computes {
    /// The task computes it without a pause.
    Inline,
    /// The task computes it and yields to other tasks between slices.
    Yielding,
    /// A rayon pool computes it while the task waits.
    Offloaded,
}

struct Variant {
    name: &'static str,
    workers: Workers,
    computes: Computes,
}

impl<B: TaskBody> Model<B> for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let tokio = match self.workers {
            Workers::One => Tokio::current_thread(&work.setup),
            Workers::Many => Tokio::multi_thread(&work.setup),
        }
        .map_err(|error| Error::io(CANNOT_START, error))?;
        let knobs = self.knobs(work);
        match self.computes {
            Computes::Inline => Ok(Box::new(SpawnEach::new(TokioIo, tokio, work, knobs))),
            Computes::Yielding => {
                let io = Computing::new(TokioIo, Yielding);
                Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
            }
            Computes::Offloaded => {
                let pool = computing_pool(work)?;
                let io = Computing::new(TokioIo, Offload::new(move |job| pool.spawn(job)));
                Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
            }
        }
    }
}

impl Variant {
    const fn new(name: &'static str, workers: Workers, computes: Computes) -> Self {
        Self {
            name,
            workers,
            computes,
        }
    }

    fn knobs(&self, work: &Shared) -> Knobs {
        let workers = match self.workers {
            Workers::One => "the calling thread".to_owned(),
            Workers::Many => work.setup.workers.to_string(),
        };
        let mut knobs = Knobs::from([
            ("worker_threads".to_owned(), workers),
            (
                "max_blocking_threads".to_owned(),
                work.setup.blocking.to_string(),
            ),
        ]);
        if self.computes == Computes::Offloaded {
            knobs.insert("rayon_threads".to_owned(), work.setup.workers.to_string());
        }
        knobs
    }
}

/// A rayon pool with as many threads as workers.
fn computing_pool(work: &Shared) -> Result<ThreadPool> {
    let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        // By default a kernel that panics aborts the process. With a handler it fails the task that
        // waits for it, as a kernel does that is computed inline.
        .panic_handler(drop)
        .build()
        .map_err(|error| Error::io(CANNOT_START, std::io::Error::other(error)))
}
