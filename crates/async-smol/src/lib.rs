//! smol: an executor of our own on one thread or several, never the global one, whose number of
//! threads the environment decides.

mod executor;
mod io;

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use runner::{Error, Knobs, Model, Result, Running, SpawnEach};
use workloads::{Offload, Work};

use crate::executor::{Multi, Single};
use crate::io::SmolIo;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &Variant {
        name: "single",
        multi: false,
        offload: false,
    },
    &Variant {
        name: "multi",
        multi: true,
        offload: false,
    },
    &Variant {
        name: "multi+offload",
        multi: true,
        offload: true,
    },
];

/// Where smol's blocking pool takes its size from, and nowhere else.
const BLOCKING: &str = "BLOCKING_MAX_THREADS";
/// Its size where the environment says nothing.
const BLOCKING_DEFAULT: &str = "500";

struct Variant {
    name: &'static str,
    multi: bool,
    offload: bool,
}

impl Model for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let knobs = self.knobs(work)?;
        if !self.multi {
            return Ok(Box::new(SpawnEach::new(
                SmolIo,
                Single::default(),
                work,
                knobs,
            )));
        }
        let failed = |error| Error::io("cannot start the executor's threads", error);
        let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
        let multi = Multi::start(threads).map_err(failed)?;
        if !self.offload {
            return Ok(Box::new(SpawnEach::new(SmolIo, multi, work, knobs)));
        }
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| failed(std::io::Error::other(error)))?;
        let io = Offload::new(SmolIo, move |job| pool.spawn(job));
        Ok(Box::new(SpawnEach::new(io, multi, work, knobs)))
    }
}

impl Variant {
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
        if self.offload {
            knobs.insert("rayon_threads".to_owned(), threads.to_string());
        }
        Ok(knobs)
    }
}
