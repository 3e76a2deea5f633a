//! What is compared of a workload: time per task, unless something other than the model sets the time.
//! Then time says nothing, and what the model can be held to takes its place.

use protocol::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::percentile::percentile;
use crate::rows::Measured;

/// The figure that ratios and verdicts are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Compared {
    /// Of a closed loop.
    #[default]
    TimePerTask,
    /// Of an open loop, where arrivals set the time.
    CpuPerTask,
    /// Where a service sends pulses: how late a run reads or answers the median one.
    MedianLatency,
}

impl Compared {
    pub fn of(workload: &Workload) -> Compared {
        match workload.rate {
            _ if workload.is_paced_by_pulses() => Self::MedianLatency,
            Some(_) => Self::CpuPerTask,
            None => Self::TimePerTask,
        }
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::TimePerTask => "time per task",
            Self::CpuPerTask => "CPU per task",
            Self::MedianLatency => "median latency",
        }
    }

    /// The figure of one run, in nanoseconds; above 0, so that ratios can be taken.
    pub fn figure(self, measured: &Measured) -> f64 {
        let done = &measured.done;
        let per_task = |ns: u64| ns as f64 / done.tasks.max(1) as f64;
        match self {
            Self::TimePerTask => per_task(done.elapsed_ns),
            Self::CpuPerTask => per_task(done.cpu_ns),
            Self::MedianLatency => percentile(&done.latency, 0.5).unwrap_or(0).max(1) as f64,
        }
    }
}
