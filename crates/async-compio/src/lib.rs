//! compio: a single-threaded runtime over io_uring for each worker, with the lanes dealt out.

mod executor;
mod io;
mod ring;
mod stream;

use std::process::ExitCode;
use std::sync::Arc;

use runner::{Dealt, Knobs, Model, Result, Running, Server, unit_per_connection};
use workloads::{Shared, TaskBody, Work};

use crate::executor::Compio;
use crate::io::CompioIo;
use crate::ring::Ring;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const { &[&PerCore] }
}

/// The main function of this model's program, with tasks that consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    runner::main(
        concat!("async-compio ", env!("CARGO_PKG_VERSION")),
        variants::<B>(),
    )
}

/// A runtime for each worker, on a thread of its own.
struct PerCore;

impl<B: TaskBody> Model<B> for PerCore {
    fn name(&self) -> &'static str {
        "per-core"
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let (runtimes, knobs) = runtimes(work)?;
        Ok(Box::new(Dealt::new(CompioIo, runtimes, work, knobs)))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let (runtimes, knobs) = runtimes(work)?;
        Ok(unit_per_connection(CompioIo, runtimes, work, knobs))
    }
}

fn runtimes(work: &Shared) -> Result<(Vec<Compio>, Knobs)> {
    let workers = work.setup.workers;
    // Each runtime has a pool of its own, of one thread at least.
    let ring = Ring::with_blocking(work.setup.blocking.div_ceil(workers));
    let runtimes = (0..workers)
        .map(|number| Compio::start(number, ring))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(ring::cannot_start)?;
    let mut knobs = Knobs::from([("runtimes".to_owned(), workers.to_string())]);
    knobs.extend(ring.knobs());
    Ok((runtimes, knobs))
}
