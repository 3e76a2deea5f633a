//! The primary metrics of a workload: time per task and CPU per task, unless something other than the
//! model sets the time, such as arrivals at a fixed rate.

use protocol::{Headline, Workload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::percentile::percentile;
use crate::rows::Measured;

/// A primary metric: each has ratios, verdicts and an A/A control of its own.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Elapsed time divided by tasks, in a closed loop: which variant is done sooner.
    #[default]
    TimePerTask,
    /// The median time after which a run reads or answers a pulse, where a service sends pulses, or answers a
    /// request that is due by the clock: others set the elapsed time there.
    MedianLatency,
    /// Processor time of the process tree divided by tasks: which variant costs less. In an open loop of tasks it
    /// is the only one, because arrivals set the elapsed time there, and in a closed loop of requests, where the
    /// load generator may.
    CpuPerTask,
}

impl Metric {
    /// The primary metrics of a workload; the first is the headline, which `asked` decides only where the
    /// workload has a time of its own.
    pub fn of(workload: &Workload, asked: Option<Headline>) -> &'static [Metric] {
        if workload.is_paced_by_pulses() {
            &[Self::MedianLatency, Self::CpuPerTask]
        } else if workload.serve.is_some() && workload.rate.is_some() {
            &[Self::CpuPerTask, Self::MedianLatency]
        } else if workload.serve.is_some() || workload.rate.is_some() {
            &[Self::CpuPerTask]
        } else if asked == Some(Headline::Cpu) {
            &[Self::CpuPerTask, Self::TimePerTask]
        } else {
            &[Self::TimePerTask, Self::CpuPerTask]
        }
    }

    /// The metric's name in tables and sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::TimePerTask => "time per task",
            Self::CpuPerTask => "CPU per task",
            Self::MedianLatency => "median latency",
        }
    }

    /// The metric's short name, as in `time ratio`.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::TimePerTask => "time",
            Self::CpuPerTask => "CPU",
            Self::MedianLatency => "latency",
        }
    }

    /// The figure of one run, in nanoseconds.
    pub fn figure(self, measured: &Measured) -> f64 {
        let done = &measured.done;
        let tasks = done.tasks.max(1) as f64;
        match self {
            Self::TimePerTask => done.elapsed_ns as f64 / tasks,
            Self::CpuPerTask => done.cpu_ns as f64 / tasks,
            // Ratios divide by this figure, and a pulse can be answered within the clock's resolution.
            Self::MedianLatency => percentile(&done.latency, 0.5).unwrap_or(0).max(1) as f64,
        }
    }
}
