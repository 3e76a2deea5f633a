//! tokio: the current-thread and the multi-thread scheduler, and the latter with computation
//! moved to a pool of its own.

mod executor;
mod io;

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use runner::{Error, Knobs, Model, Result, Running, SpawnEach};
use workloads::{Offload, Work};

use crate::executor::Tokio;
use crate::io::TokioIo;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &Variant {
        name: "current-thread",
        workers: Workers::One,
        offload: false,
    },
    &Variant {
        name: "multi-thread",
        workers: Workers::Many,
        offload: false,
    },
    &Variant {
        name: "multi-thread+offload",
        workers: Workers::Many,
        offload: true,
    },
];

#[derive(Clone, Copy)]
enum Workers {
    One,
    Many,
}

struct Variant {
    name: &'static str,
    workers: Workers,
    offload: bool,
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
        if !self.offload {
            return Ok(Box::new(SpawnEach::new(TokioIo, tokio, work, knobs)));
        }
        let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| failed(std::io::Error::other(error)))?;
        let io = Offload::new(TokioIo, move |job| pool.spawn(job));
        Ok(Box::new(SpawnEach::new(io, tokio, work, knobs)))
    }
}

impl Variant {
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
        if self.offload {
            knobs.insert("rayon_threads".to_owned(), work.setup.workers.to_string());
        }
        knobs
    }
}
