//! The figures that claims are tested on, and the metrics that are read from one run.

use protocol::{Coordination, Done, Workload, counts};
use results::{Measured, Memory, Pass, Run, percentile};
use serde::Deserialize;
use terminal::{bytes, count, duration};

/// The kind of number that a test compares with its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Figure {
    /// Time per task of one thread that does one task after the other ÷ time per task.
    SpeedUp,
    /// A metric ÷ the same metric of another arm, block by block.
    Ratio,
    /// A metric of one arm alone.
    Value,
    /// Lines of code ÷ lines of code, read from the checkout.
    Lines,
    /// The value of a setting from which the speed-up is at least a given factor.
    Crossover,
}

/// A number that is read from one run. Times are in nanoseconds, memory is in bytes, and shares are
/// parts of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Metric {
    /// Time per task.
    #[default]
    Time,
    /// CPU time ÷ elapsed time.
    CpuShare,
    /// CPU time ÷ (elapsed time − mean run-queue wait of a thread).
    Cores,
    /// The median latency of a task.
    P50,
    /// The 90th percentile of the latency of a task.
    P90,
    /// The longest latency of a task.
    Longest,
    /// The time from the start of the program until it could take its first task, without the warm-up.
    Ready,
    /// Memory of the whole process tree, from a run for memory.
    Memory,
    /// Memory that one unit more adds.
    MemoryPerUnit,
    /// Changes of the owner of an interpreter lock, per second.
    OwnerChanges,
    /// Voluntary context switches per second.
    GivenUp,
    /// The share of all increments that were lost.
    Lost,
    /// The share of all turns that were taken out of order.
    OutOfOrder,
    /// The share of all units whose writes are seen by the process that started them.
    Seen,
}

impl Metric {
    /// The pass whose runs have the metric.
    pub(crate) fn pass(self) -> Pass {
        match self {
            Self::Memory | Self::MemoryPerUnit => Pass::Memory,
            _ => Pass::Measured,
        }
    }

    /// Whether it is another figure where other processes have the processors: memory is not, nor is what is
    /// counted.
    pub(crate) fn is_disturbed(self) -> bool {
        !matches!(
            self,
            Self::Memory | Self::MemoryPerUnit | Self::Lost | Self::OutOfOrder | Self::Seen
        )
    }

    /// The name of the metric in the name of a figure.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Time => "time per task",
            Self::CpuShare => "CPU ÷ time",
            Self::Cores => "cores used",
            Self::P50 => "median latency",
            Self::P90 => "p90 latency",
            Self::Longest => "longest latency",
            Self::Ready => "time until ready",
            Self::Memory => "memory",
            Self::MemoryPerUnit => "memory per unit",
            Self::OwnerChanges => "lock handovers per second",
            Self::GivenUp => "voluntary context switches per second",
            Self::Lost => "share of increments lost",
            Self::OutOfOrder => "share of turns out of order",
            Self::Seen => "share of units whose writes are seen",
        }
    }

    /// A value of the metric with its unit.
    pub(crate) fn shown(self, value: f64) -> String {
        match self {
            Self::Time | Self::P50 | Self::P90 | Self::Longest | Self::Ready => duration(value),
            Self::Memory | Self::MemoryPerUnit => bytes(value.max(0.0) as u64),
            Self::Cores => format!("{value:.2}"),
            Self::CpuShare | Self::Lost | Self::OutOfOrder | Self::Seen => {
                format!("{:.1} %", value * 100.0)
            }
            Self::OwnerChanges | Self::GivenUp => count(value),
        }
    }

    /// Reads the metric from one run.
    ///
    /// # Errors
    /// The reason why the run does not have it, in words for the table.
    pub(crate) fn read(
        self,
        run: &Run,
        measured: &Measured,
        workload: &Workload,
    ) -> Result<f64, String> {
        let done = &measured.done;
        // A run of no time or without a task is not refused here, since its answer was judged when
        // it ran; the floor of 1 only keeps divisions defined.
        let elapsed_ns = done.elapsed_ns.max(1) as f64;
        let tasks = done.tasks.max(1) as f64;
        match self {
            Self::Time => Ok(elapsed_ns / tasks),
            Self::CpuShare => Ok(done.cpu_ns as f64 / elapsed_ns),
            Self::Cores => Ok(cores(done)),
            Self::P50 => latency(run, done, 0.5),
            Self::P90 => latency(run, done, 0.9),
            Self::Longest => latency(run, done, 1.0),
            Self::Ready => Ok((measured.ready.start_ns + measured.ready.connect_ns) as f64),
            Self::Memory | Self::MemoryPerUnit => memory(measured),
            Self::OwnerChanges => Ok(counted(run, done, counts::OWNER_CHANGES)? * 1e9 / elapsed_ns),
            Self::GivenUp => Ok(done.switches.voluntary as f64 * 1e9 / elapsed_ns),
            Self::Lost => Ok(counted(run, done, counts::LOST)? / (tasks * increments(workload))),
            Self::OutOfOrder => Ok(counted(run, done, counts::OUT_OF_ORDER)? / tasks),
            Self::Seen => Ok(counted(run, done, counts::SEEN)? / tasks),
        }
    }
}

/// A count that the variant reports by name.
fn counted(run: &Run, done: &Done, name: &str) -> Result<f64, String> {
    // A count that is missing is no zero: a variant that does not look for lost increments must not
    // pass for one that loses none.
    match done.counts.get(name) {
        Some(count) => Ok(*count as f64),
        None => Err(format!("{} does not count `{name}`", run.variant)),
    }
}

/// A percentile of the latencies, in nanoseconds.
fn latency(run: &Run, done: &Done, fraction: f64) -> Result<f64, String> {
    match percentile(&done.latency, fraction) {
        Some(ns) => Ok(ns as f64),
        None => Err(format!("{} tells no latencies", run.variant)),
    }
}

/// The increments of one task.
fn increments(workload: &Workload) -> f64 {
    match &workload.coordination {
        Some(Coordination::Counter(counter)) => counter.increments as f64,
        _ => 1.0,
    }
}

/// The processors that a run used while it had them.
fn cores(done: &Done) -> f64 {
    let elapsed_ns = done.elapsed_ns.max(1) as f64;
    // A thread on the run queue waits for a processor that something else has, which says nothing
    // about the variant. Threads wait side by side, so the mean wait of one thread is taken off the
    // elapsed time; a system that does not report it is taken to have had none.
    let wait_ns = done.run_queue_wait_ns.unwrap_or(0) as f64 / done.threads.max(1) as f64;
    // On a machine that is overloaded the mean wait comes near the elapsed time. The floor keeps the
    // correction below a factor of ten, so that the figure cannot grow without bound.
    done.cpu_ns as f64 / (elapsed_ns - wait_ns).max(elapsed_ns / 10.0)
}

fn memory(measured: &Measured) -> Result<f64, String> {
    match &measured.memory {
        Some(Memory::Bytes(bytes)) => Ok(*bytes as f64),
        Some(Memory::Unavailable(why)) => Err(why.clone()),
        None => Err("its memory was not read".to_owned()),
    }
}
