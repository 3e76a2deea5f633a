//! smol: an executor of our own, on one thread or on several. The global executor is not used,
//! because an environment variable decides how many threads it has.

mod executor;
mod io;

use std::process::ExitCode;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use runner::{Error, Knobs, Model, Result, Running, Server, SpawnEach, unit_per_connection};
use workloads::{Computing, Offload, Shared, TaskBody, Work, Yielding};

use crate::executor::Smol;
use crate::io::SmolIo;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const {
        &[
            &Variant::new("single", false, Computes::Inline),
            &Variant::new("single+yield", false, Computes::Yielding),
            &Variant::new("single+offload", false, Computes::Offloaded),
            &Variant::new("multi", true, Computes::Inline),
            &Variant::new("multi+offload", true, Computes::Offloaded),
        ]
    }
}

/// The main function of this model's program, with tasks that consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    runner::main(
        concat!("async-smol ", env!("CARGO_PKG_VERSION")),
        variants::<B>(),
    )
}

/// The environment variable from which smol's blocking pool takes its size. There is no other way.
const BLOCKING: &str = "BLOCKING_MAX_THREADS";
/// The size of the pool if the variable is not set.
const BLOCKING_DEFAULT: &str = "500";

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
    /// Whether the executor has threads of its own.
    multi: bool,
    computes: Computes,
}

impl<B: TaskBody> Model<B> for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let knobs = self.knobs(work)?;
        let executor = self.executor(work)?;
        match self.computes {
            Computes::Inline => Ok(Box::new(SpawnEach::new(SmolIo, executor, work, knobs))),
            Computes::Yielding => {
                let io = Computing::new(SmolIo, Yielding);
                Ok(Box::new(SpawnEach::new(io, executor, work, knobs)))
            }
            Computes::Offloaded => {
                let io = offloaded(work)?;
                Ok(Box::new(SpawnEach::new(io, executor, work, knobs)))
            }
        }
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let knobs = self.knobs(work)?;
        let executor = vec![self.executor(work)?];
        match self.computes {
            Computes::Inline => Ok(unit_per_connection(SmolIo, executor, work, knobs)),
            Computes::Yielding => {
                let io = Computing::new(SmolIo, Yielding);
                Ok(unit_per_connection(io, executor, work, knobs))
            }
            Computes::Offloaded => Ok(unit_per_connection(offloaded(work)?, executor, work, knobs)),
        }
    }
}

impl Variant {
    const fn new(name: &'static str, multi: bool, computes: Computes) -> Self {
        Self {
            name,
            multi,
            computes,
        }
    }

    fn executor(&self, work: &Shared) -> Result<Smol> {
        if !self.multi {
            return Ok(Smol::default());
        }
        let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
        Smol::multi(threads)
            .map_err(|error| Error::io("cannot start the executor's threads", error))
    }

    fn knobs(&self, work: &Shared) -> Result<Knobs> {
        let threads = if self.multi { work.setup.workers } else { 1 };
        let blocking = std::env::var(BLOCKING).unwrap_or_else(|_| BLOCKING_DEFAULT.to_owned());
        // Checked and not set, because a process cannot safely change its environment while it has
        // threads. Whoever starts this program sets the variable.
        let wanted = work.setup.blocking.to_string();
        if blocking != wanted {
            return Err(Error::Usage(format!(
                "{BLOCKING} is {blocking:?} and must be {wanted}"
            )));
        }
        let mut knobs = Knobs::from([
            ("executor_threads".to_owned(), threads.to_string()),
            ("blocking_max_threads".to_owned(), blocking),
        ]);
        if self.computes == Computes::Offloaded {
            knobs.insert("rayon_threads".to_owned(), work.setup.workers.to_string());
        }
        Ok(knobs)
    }
}

/// smol, with kernels computed by a rayon pool.
fn offloaded(work: &Shared) -> Result<Computing<SmolIo, Offload>> {
    let pool = computing_pool(work)?;
    let offload = Offload::new(move |job| pool.spawn(job));
    Ok(Computing::new(SmolIo, offload))
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
        .map_err(|error| Error::io("cannot start a rayon pool", std::io::Error::other(error)))
}
