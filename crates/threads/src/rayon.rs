//! A rayon pool: a job per task, as many at once as there are workers. rayon is made for
//! computation; tasks that wait also run here, and block its few threads meanwhile.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use rayon::{ThreadPool, ThreadPoolBuilder};
use runner::protocol::{Coordination, Setup};
use runner::{Error, Model, Result, Running, Server, SpawnEach, units_at_once};
use workloads::blocking::BlockingIo;
use workloads::{TaskBody, Work};

use crate::settings::{STACK_BYTES, knobs};
use crate::under::Under;
use crate::units::{Start, Unit, Units, answering};

pub(crate) struct Rayon;

impl<B: TaskBody> Model<B> for Rayon {
    fn name(&self) -> &'static str {
        "rayon"
    }

    fn capacity(&self, setup: &Setup) -> u64 {
        setup.workers
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let workers = work.setup.workers;
        let coordination = work.setup.workload.coordination.as_ref();
        if let Some(why) = coordination.and_then(|what| refusal(what, workers)) {
            return Err(Error::Unsupported(why));
        }
        let threads = usize::try_from(workers).unwrap_or(usize::MAX);
        let units = Units {
            starts: Jobs::with(threads)?,
            under: Under::default(),
        };
        let settings = knobs(&[
            ("threads", workers.to_string()),
            ("stack_bytes", STACK_BYTES.to_string()),
        ]);
        Ok(Box::new(SpawnEach::new(BlockingIo, units, work, settings)))
    }

    fn start_server(&self, _: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let why = "a connection that is kept has a job of rayon for as long, and there are as many at once as \
                   threads";
        Err(Error::Unsupported(why.to_owned()))
    }
}

/// Why jobs on this many threads cannot do a kind. Kinds that need channels are refused where they
/// ask for one.
fn refusal(what: &Coordination, workers: u64) -> Option<String> {
    // rayon does not promise that a job begins before another ends, so jobs that wait for each
    // other may wait for ever.
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

/// The jobs of a rayon pool. They have no handles, so one that can be joined answers over a
/// channel.
#[derive(Clone)]
struct Jobs {
    pool: Arc<ThreadPool>,
}

impl Jobs {
    fn with(threads: usize) -> Result<Self> {
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK_BYTES)
            // By default a job that panics aborts the process. With a handler it only drops its
            // channel, and whoever waits for its answer reports that.
            .panic_handler(drop)
            .build()
            .map(|pool| Self {
                pool: Arc::new(pool),
            })
            .map_err(|error| Error::io("cannot start a rayon pool", io::Error::other(error)))
    }
}

impl Start for Jobs {
    type Handle = Receiver<u64>;

    const NO_CHANNEL: Option<&'static str> =
        Some("rayon has no channels, and its jobs must not wait for each other");

    fn spawn(&self, _: &Under, unit: impl Unit<()>) -> io::Result<()> {
        self.pool.spawn(unit);
        Ok(())
    }

    fn start(&self, _: &Under, unit: impl Unit<u64>) -> io::Result<Receiver<u64>> {
        let (unit, handle) = answering(unit);
        self.pool.spawn(unit);
        Ok(handle)
    }

    fn join(handle: Receiver<u64>) -> Option<u64> {
        handle.recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_panics_is_missed_and_ends_nothing_else() {
        let jobs = Jobs::with(1).unwrap();
        let under = Under::default();
        let panics = jobs.start(&under, || panic!("in a job")).unwrap();
        assert_eq!(Jobs::join(panics), None);
        let goes_on = jobs.start(&under, || 5).unwrap();
        assert_eq!(Jobs::join(goes_on), Some(5));
    }
}
