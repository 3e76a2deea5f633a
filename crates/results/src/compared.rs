//! The primary metric of a workload. It is the time per task, unless something other than the model
//! sets that time, such as arrivals at a fixed rate.

use protocol::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::percentile::percentile;
use crate::rows::Measured;

/// The primary metric: ratios and verdicts are of this figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Compared {
    /// Elapsed time divided by tasks, in a closed loop.
    #[default]
    TimePerTask,
    /// Processor time divided by tasks, in an open loop: arrivals set the elapsed time there.
    CpuPerTask,
    /// The median time after which a run reads or answers a pulse, where a service sends pulses: the
    /// service sets the elapsed time there.
    MedianLatency,
}

impl Compared {
    /// The primary metric of a workload.
    pub fn of(workload: &Workload) -> Compared {
        if workload.is_paced_by_pulses() {
            Self::MedianLatency
        } else if workload.rate.is_some() {
            Self::CpuPerTask
        } else {
            Self::TimePerTask
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
