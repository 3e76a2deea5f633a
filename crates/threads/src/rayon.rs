//! A rayon pool: a job per task, as many at once as there are workers. Made for computation; work
//! that waits runs all the same, and waits in its few threads.

use std::future::Future;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use runner::protocol::{Coordination, Setup};
use runner::{Error, Executor, Model, Result, Running, SpawnEach, units_at_once};
use workloads::Work;
use workloads::blocking::{BlockingIo, run_ready};

use crate::{STACK_BYTES, knobs};

pub(crate) struct Rayon;

impl Model for Rayon {
    fn name(&self) -> &'static str {
        "rayon"
    }

    fn capacity(&self, setup: &Setup) -> u64 {
        setup.workers
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let workers = work.setup.workers;
        let coordination = work.setup.workload.coordination.as_ref();
        if let Some(why) = coordination.and_then(|what| refusal(what, workers)) {
            return Err(Error::Unsupported(why));
        }
        let threads = usize::try_from(workers).unwrap_or(usize::MAX);
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK_BYTES)
            .build();
        let failed = |error| Error::io("cannot start a rayon pool", std::io::Error::other(error));
        let jobs = Jobs {
            pool: Arc::new(pool.map_err(failed)?),
        };
        let knobs = knobs(&[
            ("threads", workers.to_string()),
            ("stack_bytes", STACK_BYTES.to_string()),
        ]);
        Ok(Box::new(SpawnEach::new(BlockingIo, jobs, work, knobs)))
    }
}

/// Why jobs on so many threads cannot do a kind: none is promised to begin before another ends.
/// (That there are no channels, `Primitives` says.)
fn refusal(what: &Coordination, workers: u64) -> Option<String> {
    if matches!(what, Coordination::Order(_)) {
        return Some(
            "jobs of rayon take no turns: one may begin after another has ended".to_owned(),
        );
    }
    let units = units_at_once(what, workers);
    (what.needs_pulses() && units > workers).then(|| {
        format!("{units} jobs that do not end would need as many threads, and rayon has {workers}")
    })
}

#[derive(Clone)]
pub(crate) struct Jobs {
    pool: Arc<ThreadPool>,
}

impl Jobs {
    /// Lets a thread of the pool carry out a job.
    pub(crate) fn give(&self, job: impl FnOnce() + Send + 'static) {
        self.pool.spawn(job);
    }
}

impl Executor for Jobs {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.give(move || run_ready(unit));
        Ok(())
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        futures_lite::future::block_on(future)
    }
}
