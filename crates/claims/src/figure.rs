//! The figures that claims are tested on: what is read off one run, and how it is written. Which
//! runs are compared, and with what, is left to `judge`.

use protocol::{Coordination, Done, Workload};
use serde::Deserialize;

use results::{Measured, Pass, Run, percentile};
use terminal::{bytes, count, duration};

/// What a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Figure {
    /// Time per task of one thread doing one task after the other ÷ time per task.
    SpeedUp,
    /// A metric ÷ the same elsewhere, block by block.
    Ratio,
    /// A metric by itself.
    Value,
    /// Lines of code ÷ lines of code, read from the checkout.
    Lines,
    /// The value of a setting from which the speed-up is a factor and more.
    Crossover,
}

/// A number of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Metric {
    /// Time per task.
    #[default]
    Time,
    /// CPU ÷ time.
    CpuShare,
    /// CPU ÷ (time − what one of its threads waited for a processor).
    Cores,
    /// Latencies.
    P50,
    P90,
    Longest,
    /// Starting and ending the model itself.
    UpAndDown,
    /// Of the whole process tree, in a run for memory.
    Memory,
    /// What one unit more adds to it.
    MemoryPerUnit,
    /// Of an interpreter lock, a second.
    OwnerChanges,
    /// Times that a thread gave a processor up by itself, a second.
    GivenUp,
    /// Increments lost, of all.
    Lost,
    /// Turns out of order, of all.
    OutOfOrder,
    /// Units of which the process that started them sees what they wrote, of all.
    Seen,
}

impl Metric {
    /// Of which runs it is read.
    pub(super) fn pass(self) -> Pass {
        match self {
            Self::Memory | Self::MemoryPerUnit => Pass::Memory,
            _ => Pass::Measured,
        }
    }

    /// As a test names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Time => "time per task",
            Self::CpuShare => "CPU ÷ time",
            Self::Cores => "cores used",
            Self::P50 => "median latency",
            Self::P90 => "p90 latency",
            Self::Longest => "longest latency",
            Self::UpAndDown => "start-up and shut-down",
            Self::Memory => "memory",
            Self::MemoryPerUnit => "memory per unit",
            Self::OwnerChanges => "changes of owner a second",
            Self::GivenUp => "processors given up a second",
            Self::Lost => "part of increments lost",
            Self::OutOfOrder => "part of turns out of order",
            Self::Seen => "part of units whose writes are seen",
        }
    }

    /// A number of it, for people.
    pub(super) fn shown(self, value: f64) -> String {
        match self {
            Self::Time | Self::P50 | Self::P90 | Self::Longest | Self::UpAndDown => duration(value),
            Self::Memory | Self::MemoryPerUnit => bytes(value.max(0.0) as u64),
            Self::Cores => format!("{value:.2}"),
            Self::CpuShare | Self::Lost | Self::OutOfOrder | Self::Seen => {
                format!("{:.1} %", value * 100.0)
            }
            Self::OwnerChanges | Self::GivenUp => count(value),
        }
    }

    /// The number of one run, or why the run does not tell.
    pub(super) fn read(
        self,
        run: &Run,
        measured: &Measured,
        workload: &Workload,
    ) -> Result<f64, String> {
        let done = &measured.done;
        let elapsed = done.elapsed_ns.max(1) as f64;
        let tasks = done.tasks.max(1) as f64;
        let counted = |name: &str| {
            let found = done.counts.get(name).map(|count| *count as f64);
            found.ok_or_else(|| format!("{} does not count `{name}`", run.variant))
        };
        let latency = |fraction| {
            let found = percentile(&done.latency, fraction).map(|ns| ns as f64);
            found.ok_or_else(|| format!("{} tells no latencies", run.variant))
        };
        match self {
            Self::Time => Ok(elapsed / tasks),
            Self::CpuShare => Ok(done.cpu_ns as f64 / elapsed),
            Self::Cores => Ok(cores(done)),
            Self::P50 => latency(0.5),
            Self::P90 => latency(0.9),
            Self::Longest => latency(1.0),
            Self::UpAndDown => Ok((measured.ready.start_ns + done.shut_down_ns) as f64),
            Self::Memory | Self::MemoryPerUnit => memory(measured),
            Self::OwnerChanges => Ok(counted("owner-changes")? * 1e9 / elapsed),
            Self::GivenUp => Ok(done.switches.voluntary as f64 * 1e9 / elapsed),
            Self::Lost => Ok(counted("lost")? / (tasks * increments(workload))),
            Self::OutOfOrder => Ok(counted("out-of-order")? / tasks),
            Self::Seen => Ok(counted("seen")? / tasks),
        }
    }
}

/// Of one task.
fn increments(workload: &Workload) -> f64 {
    match &workload.coordination {
        Some(Coordination::Counter(counter)) => counter.increments as f64,
        _ => 1.0,
    }
}

/// Waiting for a processor is not using one. Threads wait side by side, so what counts is what one of
/// them waited on average; what is not known is taken for no wait.
fn cores(done: &Done) -> f64 {
    let elapsed = done.elapsed_ns.max(1) as f64;
    let waited = done.run_queue_wait_ns.unwrap_or(0) as f64 / done.threads.max(1) as f64;
    done.cpu_ns as f64 / (elapsed - waited).max(elapsed / 10.0)
}

fn memory(measured: &Measured) -> Result<f64, String> {
    use results::Memory::{Bytes, Unavailable};
    match &measured.memory {
        Some(Bytes(bytes)) => Ok(*bytes as f64),
        Some(Unavailable(why)) => Err(why.clone()),
        None => Err("its memory was not read".to_owned()),
    }
}
