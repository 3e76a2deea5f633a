//! `stall` and `echo`: one unit reads pulses of a service while other units compute and yield from
//! time to time. All units go through the `Io` seam, so that whatever wraps an `Io` applies to them
//! too.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use protocol::WaitsFor;
use workloads::{Address, Error as WorkError, Io, Scratch, Slices, trace};

use super::phase::Phase;
use super::pulse_client::Reading;
use crate::error::Result;
use crate::executor::Executor;
use crate::model::Counts;

/// The units that compute meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Hogs {
    count: u64,
    /// How long each computes before it yields.
    stretch: Duration,
}

impl Hogs {
    pub(super) fn new(count: u64, stretch: Duration) -> Self {
        Self { count, stretch }
    }
}

/// Every unit holds one of these and sends how it ended. The channel closes with the last unit,
/// also where units panic.
type Ended = async_channel::Sender<Outcome>;

/// How a unit ended, unless it panicked.
enum Outcome {
    Read(workloads::Result<()>),
    Computed,
}

/// Reads pulses beside the units that compute.
pub(super) async fn run<I: Io, E: Executor>(
    phase: Phase<I, E>,
    reading: Reading,
    hogs: Hogs,
) -> Result<Counts> {
    let (ended, ends) = async_channel::unbounded();
    let units = phase.units.clone();
    // The reader is a unit like the others and not this one, which may run outside the model's own
    // threads and would then be scheduled differently.
    let reader = async move {
        let outcome = read_beside(&phase, reading, hogs, &ended).await;
        // Nobody listens any more if the run has been abandoned.
        let _ = ended.try_send(Outcome::Read(outcome));
    };
    spawn(&units, WaitsFor::Socket, reader).map_err(WorkError::Spawn)?;
    // All units must have ended before the next phase starts, or it would be measured beside them.
    let (mut read, mut computed) = (None, 0);
    while let Ok(outcome) = ends.recv().await {
        match outcome {
            Outcome::Read(result) => read = Some(result),
            Outcome::Computed => computed += 1,
        }
    }
    read.ok_or_else(|| panicked("the unit that reads pulses"))??;
    if computed != hogs.count {
        return Err(panicked("a unit that computes beside pulses").into());
    }
    Ok(Counts::new())
}

/// Starts a unit, which is recorded where the run is; `on` is what it may wait for.
fn spawn<E: Executor>(
    units: &E,
    on: WaitsFor,
    unit: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    if !trace::is_on() {
        return units.spawn(unit);
    }
    units.spawn(trace::unit(async move {
        trace::may_wait_for(on);
        unit.await;
    }))
}

fn panicked(which: &str) -> WorkError {
    WorkError::Model(format!("{which} panicked"))
}

/// The unit that reads: it connects, starts the units that compute, reads, and stops them.
async fn read_beside<I: Io, E: Executor>(
    phase: &Phase<I, E>,
    reading: Reading,
    hogs: Hogs,
    ended: &Ended,
) -> workloads::Result<()> {
    let Some(service) = phase.pulses else {
        return Err(WorkError::NoEndpoint("a service of pulses"));
    };
    // Connected before anything computes, because connecting is not what is measured.
    let stream = phase
        .io
        .connect(&Address::Tcp(service))
        .await
        .map_err(|source| WorkError::Connect {
            address: service.to_string(),
            source,
        })?;
    let stop = StopOnDrop(Arc::default());
    start(phase, hogs, &stop.0, ended).map_err(WorkError::Spawn)?;
    reading.read_from(stream, phase.tasks, &phase.record).await
}

/// Stops the units that compute when the reader ends, also where it fails or panics: otherwise they
/// would compute for ever, and the run would never end.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Starts the units that compute.
fn start<I: Io, E: Executor>(
    phase: &Phase<I, E>,
    hogs: Hogs,
    stop: &Arc<AtomicBool>,
    ended: &Ended,
) -> std::io::Result<()> {
    for _ in 0..hogs.count {
        let (io, stop, ended) = (phase.io.clone(), Arc::clone(stop), ended.clone());
        let hog = async move {
            compute_until(&io, &stop, hogs.stretch).await;
            // Nobody listens any more if the run has been abandoned.
            let _ = ended.try_send(Outcome::Computed);
        };
        spawn(&phase.units, WaitsFor::Pool, hog)?;
    }
    Ok(())
}

/// Computes for a stretch of time and then yields once, again and again until it is stopped.
async fn compute_until<I: Io>(io: &I, stop: &AtomicBool, stretch: Duration) {
    let mut scratch = Scratch::default();
    while !stop.load(Relaxed) {
        io.compute(Slices::for_duration(stretch), &mut scratch)
            .await;
        io.yield_now().await;
    }
}
