//! `stall` and `echo`: pulses of a service, beside units that compute and yield once in a while. All
//! of it goes over the seam, so that whatever wraps an `Io` applies to it. The service is
//! `services::pulses`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures_util::io::{AsyncReadExt, AsyncWriteExt};
use workloads::{
    Address, Error as WorkError, Io, Scratch, Slices, Task, Tasks, digest, monotonic_ns,
};

use super::Phase;
use crate::drive::Executor;
use crate::model::{Counts, Result};
use crate::recorder::Recorder;

/// How a refusal begins.
const REFUSES: &[u8] = b"error: ";
/// More than the service says where it refuses.
const LONGEST_REASON: u64 = 1000;

/// What is read.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// One every so often.
    Heartbeats(Duration),
    /// One so long after each answer.
    Echoes(Duration),
}

/// Units that compute meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Hogs {
    count: u64,
    each: Duration,
}

impl Hogs {
    pub(super) fn new(count: u64, each: Duration) -> Self {
        Self { count, each }
    }
}

/// A unit's sign of life: over it goes its last word, and its end is the unit's.
type Ended = async_channel::Sender<LastWord>;

/// How a unit ended; one that panics says nothing.
enum LastWord {
    Read(workloads::Result<()>),
    Computed,
}

/// Ends the units that compute, also where the one that reads panics.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// The reader is a unit like the others; it connects, then starts the others, then asks.
pub(super) async fn run<I: Io, E: Executor>(
    phase: Phase<I, E>,
    reading: Reading,
    hogs: Hogs,
) -> Result<Counts> {
    let (ended, ends) = async_channel::unbounded();
    let units = phase.units.clone();
    let reader = async move {
        let outcome = read_beside(&phase, reading, hogs, &ended).await;
        // Nobody waits any more where the run was given up.
        let _ = ended.try_send(LastWord::Read(outcome));
    };
    units.spawn(reader).map_err(WorkError::Spawn)?;
    // Until the last unit has ended: what comes next must find them gone.
    let (mut outcome, mut computed) = (None, 0);
    while let Ok(last) = ends.recv().await {
        match last {
            LastWord::Read(read) => outcome = Some(read),
            LastWord::Computed => computed += 1,
        }
    }
    let panicked = |which| WorkError::Model(format!("{which} panicked"));
    outcome.ok_or_else(|| panicked("the unit that reads pulses"))??;
    match computed == hogs.count {
        true => Ok(Counts::new()),
        false => Err(panicked("a unit that computes beside pulses").into()),
    }
}

async fn read_beside<I: Io, E: Executor>(
    phase: &Phase<I, E>,
    reading: Reading,
    hogs: Hogs,
    ended: &Ended,
) -> workloads::Result<()> {
    let service = phase.work.setup.endpoints.pulses;
    let service = service.ok_or(WorkError::NoEndpoint("a service of pulses"))?;
    let connected = phase.io.connect(&Address::Tcp(service)).await;
    let stream = connected.map_err(|source| WorkError::Connect {
        address: service.to_string(),
        source,
    })?;
    let over = Over(Arc::default());
    match (start(phase, hogs, &over.0, ended), reading) {
        (Err(error), _) => Err(WorkError::Spawn(error)),
        (Ok(()), Reading::Heartbeats(period)) => {
            read_heartbeats(stream, period, phase.tasks, &phase.record).await
        }
        (Ok(()), Reading::Echoes(think)) => {
            read_echoes(stream, think, phase.tasks, &phase.record).await
        }
    }
}

fn start<I: Io, E: Executor>(
    phase: &Phase<I, E>,
    hogs: Hogs,
    over: &Arc<AtomicBool>,
    ended: &Ended,
) -> std::io::Result<()> {
    (0..hogs.count).try_for_each(|_| {
        let (io, over, ended) = (phase.io.clone(), Arc::clone(over), ended.clone());
        phase.units.spawn(async move {
            hog_until(&io, &over, hogs.each).await;
            // Nobody waits any more where the run was given up.
            let _ = ended.try_send(LastWord::Computed);
        })
    })
}

/// Computes for so long and then yields once, again and again until it is over.
async fn hog_until<I: Io>(io: &I, over: &AtomicBool, each: Duration) {
    let mut scratch = Scratch::default();
    while !over.load(Relaxed) {
        io.compute(Slices::for_duration(each), &mut scratch).await;
        io.yield_now().await;
    }
}

/// Reads heartbeats, and records how late each was read.
async fn read_heartbeats<S: AsyncReadExt + AsyncWriteExt + Unpin>(
    mut stream: S,
    period: Duration,
    tasks: Tasks,
    record: &Recorder,
) -> workloads::Result<()> {
    ask(&mut stream, "heartbeat", period, tasks.count).await?;
    for index in tasks.first..tasks.first + tasks.count {
        let due_ns = number(&mut stream).await?;
        let now_ns = monotonic_ns();
        let late_ns = now_ns.checked_sub(due_ns).ok_or_else(|| {
            let early = due_ns - now_ns;
            broken(format!("a heartbeat came {early} ns before it was due"))
        })?;
        record_pulse(record, tasks.seed, index, late_ns);
    }
    Ok(())
}

/// Sends every byte back, and records what the service measured.
async fn read_echoes<S: AsyncReadExt + AsyncWriteExt + Unpin>(
    mut stream: S,
    think: Duration,
    tasks: Tasks,
    record: &Recorder,
) -> workloads::Result<()> {
    ask(&mut stream, "echo", think, tasks.count).await?;
    for number in 0..tasks.count {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.map_err(broken)?;
        if number == 0 && byte != [0] {
            return Err(refusal(&mut stream, &byte).await);
        }
        stream.write_all(&byte).await.map_err(broken)?;
    }
    for index in tasks.first..tasks.first + tasks.count {
        let took_ns = number(&mut stream).await?;
        record_pulse(record, tasks.seed, index, took_ns);
    }
    Ok(())
}

async fn ask<S: AsyncWriteExt + Unpin>(
    stream: &mut S,
    what: &str,
    every: Duration,
    count: u64,
) -> workloads::Result<()> {
    let line = format!("{what} {} {count}\n", every.as_nanos());
    stream.write_all(line.as_bytes()).await.map_err(broken)?;
    stream.flush().await.map_err(broken)
}

async fn number<S: AsyncReadExt + Unpin>(stream: &mut S) -> workloads::Result<u64> {
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes).await.map_err(broken)?;
    // As a number of nanoseconds any such text is more than seventy years.
    match bytes.starts_with(REFUSES) {
        false => Ok(u64::from_le_bytes(bytes)),
        true => Err(refusal(stream, &bytes).await),
    }
}

/// What the service says instead of pulses, of which this much has been read.
async fn refusal<S: AsyncReadExt + Unpin>(stream: &mut S, begun: &[u8]) -> WorkError {
    let mut why = begun.to_vec();
    if let Err(error) = stream.take(LONGEST_REASON).read_to_end(&mut why).await {
        return broken(error);
    }
    let said = why.strip_prefix(REFUSES).unwrap_or(&why);
    broken(String::from_utf8_lossy(said).trim_end())
}

fn record_pulse(record: &Recorder, seed: u64, index: u64, latency_ns: u64) {
    let value = Task::new(seed, index).step_seed(0);
    record.record_at(index, latency_ns, digest::of_task([value]));
}

fn broken(what: impl std::fmt::Display) -> WorkError {
    WorkError::Model(format!("the service of pulses: {what}"))
}
