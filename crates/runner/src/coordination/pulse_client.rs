//! The client of the service of pulses (`services::pulses`): it asks for heartbeats or echoes,
//! reads them over the model's own connection, and records how late each was.

use std::time::Duration;

use futures_util::io::{AsyncReadExt, AsyncWriteExt};
use workloads::{Error as WorkError, Task, Tasks, digest, monotonic_ns, trace};

use crate::recorder::Recorder;

/// The beginning of every refusal.
const REFUSES: &[u8] = b"error: ";
/// The most bytes of a refusal that are read; the service's reasons are shorter.
const LONGEST_REASON: u64 = 1000;

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// A pulse in every period of this length. How late each is read is recorded.
    Heartbeats(Duration),
    /// A pulse this long after each answer. How long each answer took is recorded.
    Echoes(Duration),
}

impl Reading {
    /// Reads a pulse for each task.
    pub(super) async fn read_from<S: AsyncReadExt + AsyncWriteExt + Unpin>(
        self,
        mut stream: S,
        tasks: Tasks,
        record: &Recorder,
    ) -> workloads::Result<()> {
        match self {
            Self::Heartbeats(period) => {
                ask(&mut stream, "heartbeat", period, tasks.count).await?;
                read_heartbeats(&mut stream, tasks, record).await
            }
            Self::Echoes(think) => {
                ask(&mut stream, "echo", think, tasks.count).await?;
                send_echoes(&mut stream, tasks).await?;
                read_latencies(&mut stream, tasks, record).await
            }
        }
    }
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

/// Reads heartbeats, each of which is the time at which it was due.
async fn read_heartbeats<S: AsyncReadExt + Unpin>(
    stream: &mut S,
    tasks: Tasks,
    record: &Recorder,
) -> workloads::Result<()> {
    for index in tasks.first..tasks.first + tasks.count {
        let due_ns = read_number(stream).await?;
        let now_ns = monotonic_ns();
        // Both processes read the same clock of the same machine, so a pulse from the future is a
        // fault of the service and not a matter of rounding.
        let Some(late_ns) = now_ns.checked_sub(due_ns) else {
            let early = due_ns - now_ns;
            return Err(broken(format!(
                "a heartbeat came {early} ns before it was due"
            )));
        };
        record_pulse(record, tasks.seed, index, late_ns);
        trace::pulse(index, Some(due_ns));
    }
    Ok(())
}

/// Sends every byte back as soon as it arrives.
async fn send_echoes<S: AsyncReadExt + AsyncWriteExt + Unpin>(
    stream: &mut S,
    tasks: Tasks,
) -> workloads::Result<()> {
    for number in 0..tasks.count {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.map_err(broken)?;
        // The service counts its bytes from 0. Anything else in first place is the text of a
        // refusal.
        if number == 0 && byte != [0] {
            return Err(refusal(stream, &byte).await);
        }
        stream.write_all(&byte).await.map_err(broken)?;
        trace::pulse(tasks.first + number, None);
    }
    Ok(())
}

/// Reads how long the service waited for each echo, which it sends after the last.
async fn read_latencies<S: AsyncReadExt + Unpin>(
    stream: &mut S,
    tasks: Tasks,
    record: &Recorder,
) -> workloads::Result<()> {
    for index in tasks.first..tasks.first + tasks.count {
        let took_ns = read_number(stream).await?;
        record_pulse(record, tasks.seed, index, took_ns);
    }
    Ok(())
}

/// Reads a number of nanoseconds.
async fn read_number<S: AsyncReadExt + Unpin>(stream: &mut S) -> workloads::Result<u64> {
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes).await.map_err(broken)?;
    // Read as a number of nanoseconds, any text that begins like this is more than seventy years,
    // so a refusal cannot be mistaken for a time.
    if bytes.starts_with(REFUSES) {
        return Err(refusal(stream, &bytes).await);
    }
    Ok(u64::from_le_bytes(bytes))
}

/// The error of a service that refuses; `begun` is what of its text has been read already.
async fn refusal<S: AsyncReadExt + Unpin>(stream: &mut S, begun: &[u8]) -> WorkError {
    let mut text = begun.to_vec();
    if let Err(error) = stream.take(LONGEST_REASON).read_to_end(&mut text).await {
        return broken(error);
    }
    let reason = text.strip_prefix(REFUSES).unwrap_or(&text);
    broken(String::from_utf8_lossy(reason).trim_end())
}

fn record_pulse(record: &Recorder, seed: u64, index: u64, latency_ns: u64) {
    let value = Task::new(seed, index).step_seed(0);
    record.record_at(index, latency_ns, digest::of_task([value]));
}

fn broken(what: impl std::fmt::Display) -> WorkError {
    WorkError::Model(format!("the service of pulses: {what}"))
}
