//! tokio: its current-thread scheduler, once or once a worker, and its multi-thread scheduler; the
//! first and the last also with computation that yields between slices, that is done in a pool of
//! its own, or that is done in place.

mod executor;
mod io;
mod moved;
mod pool;

use std::process::ExitCode;
use std::sync::Arc;

use runner::{Dealt, Error, Knobs, Model, Result, Running, Server, SpawnEach, unit_per_connection};
use workloads::{Computing, Offload, Shared, TaskBody, Work, Yielding};

use crate::executor::Tokio;
use crate::io::TokioIo;
use crate::moved::{InPlace, Moved, Place};
use crate::pool::{CANNOT_START, computing_pool};

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
            &Variant::new(
                "multi-thread+block-in-place",
                Workers::Many,
                Computes::InPlace,
            ),
            &PerCore,
            &Moved::to("multi-thread+inline", Place::Inline),
            &Moved::to("multi-thread+spawn-blocking", Place::BlockingPool),
            &Moved::to("multi-thread+rayon", Place::Rayon),
            &Moved::to("multi-thread+own-thread", Place::OwnThread),
            &Moved::to("multi-thread+second-runtime", Place::SecondRuntime),
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

/// Where and how a kernel is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Computes {
    /// The task computes it without a pause.
    Inline,
    /// The task computes it and yields to other tasks between slices.
    Yielding,
    /// A rayon pool computes it while the task waits.
    Offloaded,
    /// The thread that runs the task computes it, while another takes over its other tasks.
    InPlace,
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
        let tokio = self.runtime(work)?;
        let knobs = self.knobs(work);
        match self.computes {
            Computes::Inline => Ok(Box::new(SpawnEach::new(TokioIo, tokio, work, knobs))),
            Computes::Yielding => {
                let io = Computing::new(TokioIo, Yielding);
                Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
            }
            Computes::Offloaded => {
                let io = offloaded(work)?;
                Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
            }
            Computes::InPlace => Ok(moved::over(InPlace, tokio, work, knobs)),
        }
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let (tokio, knobs) = (self.runtime(work)?, self.knobs(work));
        match self.computes {
            Computes::Inline => Ok(unit_per_connection(TokioIo, vec![tokio], work, knobs)),
            Computes::Yielding => {
                let io = Computing::new(TokioIo, Yielding);
                Ok(unit_per_connection(io, vec![tokio], work, knobs))
            }
            Computes::Offloaded => {
                let io = offloaded(work)?;
                Ok(unit_per_connection(io, vec![tokio], work, knobs))
            }
            Computes::InPlace => Ok(moved::server_over(InPlace, tokio, work, knobs)),
        }
    }
}

/// tokio, with kernels computed by a rayon pool.
fn offloaded(work: &Shared) -> Result<Computing<TokioIo, Offload>> {
    let pool = computing_pool(work)?;
    let offload = Offload::new(move |job| pool.spawn(job));
    Ok(Computing::new(TokioIo, offload))
}

impl Variant {
    const fn new(name: &'static str, workers: Workers, computes: Computes) -> Self {
        Self {
            name,
            workers,
            computes,
        }
    }

    fn runtime(&self, work: &Shared) -> Result<Tokio> {
        match self.workers {
            Workers::One => Tokio::current_thread(&work.setup),
            Workers::Many => Tokio::multi_thread(&work.setup),
        }
        .map_err(|error| Error::io(CANNOT_START, error))
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

/// A current-thread runtime for each worker, on a thread of its own, with the lanes dealt out.
struct PerCore;

impl<B: TaskBody> Model<B> for PerCore {
    fn name(&self) -> &'static str {
        "per-core"
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let (runtimes, knobs) = self.runtimes(work)?;
        Ok(Box::new(Dealt::new(TokioIo, runtimes, work, knobs)))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let (runtimes, knobs) = self.runtimes(work)?;
        Ok(unit_per_connection(TokioIo, runtimes, work, knobs))
    }
}

impl PerCore {
    fn runtimes(&self, work: &Shared) -> Result<(Vec<Tokio>, Knobs)> {
        let workers = work.setup.workers;
        // Each runtime has a pool of its own, of one thread at least.
        let blocking = work.setup.blocking.div_ceil(workers);
        let runtimes = (0..workers)
            .map(|number| Tokio::on_own_thread(format!("tokio-{number}"), blocking))
            .collect::<std::io::Result<Vec<_>>>()
            .map_err(|error| Error::io(CANNOT_START, error))?;
        let knobs = Knobs::from([
            ("runtimes".to_owned(), workers.to_string()),
            ("max_blocking_threads_each".to_owned(), blocking.to_string()),
        ]);
        Ok((runtimes, knobs))
    }
}
