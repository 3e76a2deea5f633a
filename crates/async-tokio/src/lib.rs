//! tokio: the current-thread and the multi-thread scheduler, and both with computation that yields
//! between its slices, or is moved to a pool of its own.

mod executor;
mod io;

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use runner::{Error, Knobs, Model, Result, Running, SpawnEach};
use workloads::{Computing, Offload, Work, Yielding};

use crate::executor::Tokio;
use crate::io::TokioIo;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &Variant::of("current-thread", Workers::One, Computes::Inline),
    &Variant::of("current-thread+yield", Workers::One, Computes::Yielding),
    &Variant::of("current-thread+offload", Workers::One, Computes::Offloaded),
    &Variant::of("multi-thread", Workers::Many, Computes::Inline),
    &Variant::of("multi-thread+yield", Workers::Many, Computes::Yielding),
    &Variant::of("multi-thread+offload", Workers::Many, Computes::Offloaded),
];

#[derive(Clone, Copy)]
enum Workers {
    One,
    Many,
}

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
    workers: Workers,
    computes: Computes,
}

impl Model for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let failed = |error| Error::io("cannot start a tokio runtime", error);
        let tokio = match self.workers {
            Workers::One => Tokio::current_thread(&work.setup),
            Workers::Many => Tokio::multi_thread(&work.setup),
        };
        let tokio = tokio.map_err(failed)?;
        let knobs = self.knobs(work);
        match self.computes {
            Computes::Inline => Ok(Box::new(SpawnEach::new(TokioIo, tokio, work, knobs))),
            Computes::Yielding => {
                let io = Computing::new(TokioIo, Yielding);
                Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
            }
            Computes::Offloaded => {
                let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
                let pool = ThreadPoolBuilder::new()
                    .num_threads(threads)
                    // A kernel that panics would end the process; like this it ends the task that
                    // waits for it, as where it is computed inline.
                    .panic_handler(drop)
                    .build();
                let pool = pool.map_err(|error| failed(std::io::Error::other(error)))?;
                let io = Computing::new(TokioIo, Offload::new(move |job| pool.spawn(job)));
                Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
            }
        }
    }
}

impl Variant {
    const fn of(name: &'static str, workers: Workers, computes: Computes) -> Self {
        Self {
            name,
            workers,
            computes,
        }
    }

    fn knobs(&self, work: &Work) -> Knobs {
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
