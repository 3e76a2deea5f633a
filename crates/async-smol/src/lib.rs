//! smol: an executor of our own on one thread or several, never the global one, whose number of
//! threads the environment decides.

mod executor;
mod io;

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use runner::{Error, Knobs, Model, Result, Running, SpawnEach};
use workloads::{Computing, Offload, Work, Yielding};

use crate::executor::Smol;
use crate::io::SmolIo;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &Variant::of("single", false, Computes::Inline),
    &Variant::of("single+yield", false, Computes::Yielding),
    &Variant::of("single+offload", false, Computes::Offloaded),
    &Variant::of("multi", true, Computes::Inline),
    &Variant::of("multi+offload", true, Computes::Offloaded),
];

/// Where smol's blocking pool takes its size from, and nowhere else.
const BLOCKING: &str = "BLOCKING_MAX_THREADS";
/// Its size where the environment says nothing.
const BLOCKING_DEFAULT: &str = "500";

/// Where a kernel is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Computes {
    /// In the task, from its beginning to its end.
    Inline,
    /// In the task, with a yield between slices.
    Yielding,
    /// By a rayon pool.
    Offloaded,
}

struct Variant {
    name: &'static str,
    multi: bool,
    computes: Computes,
}

impl Model for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let knobs = self.knobs(work)?;
        if !self.multi {
            return self.over(Smol::default(), work, knobs);
        }
        let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
        let failed = |error| Error::io("cannot start the executor's threads", error);
        self.over(Smol::multi(threads).map_err(failed)?, work, knobs)
    }
}

impl Variant {
    const fn of(name: &'static str, multi: bool, computes: Computes) -> Self {
        Self {
            name,
            multi,
            computes,
        }
    }

    fn over(&self, executor: Smol, work: &Arc<Work>, knobs: Knobs) -> Result<Box<dyn Running>> {
        match self.computes {
            Computes::Inline => Ok(Box::new(SpawnEach::new(SmolIo, executor, work, knobs))),
            Computes::Yielding => {
                let io = Computing::new(SmolIo, Yielding);
                Ok(Box::new(SpawnEach::new(io, executor, work, knobs)))
            }
            Computes::Offloaded => {
                let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
                let pool = ThreadPoolBuilder::new()
                    .num_threads(threads)
                    // A kernel that panics would end the process; like this it ends the task that
                    // waits for it, as where it is computed inline.
                    .panic_handler(drop)
                    .build();
                let pool = pool.map_err(|error| {
                    Error::io("cannot start a rayon pool", std::io::Error::other(error))
                })?;
                let io = Computing::new(SmolIo, Offload::new(move |job| pool.spawn(job)));
                Ok(Box::new(SpawnEach::new(io, executor, work, knobs)))
            }
        }
    }

    fn knobs(&self, work: &Work) -> Result<Knobs> {
        let threads = if self.multi { work.setup.workers } else { 1 };
        let blocking = std::env::var(BLOCKING).unwrap_or_else(|_| BLOCKING_DEFAULT.to_owned());
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
            let threads = work.setup.workers.to_string();
            knobs.insert("rayon_threads".to_owned(), threads);
        }
        Ok(knobs)
    }
}
