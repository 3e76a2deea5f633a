//! The CPU time that a step was asked to take, as `run.json` keeps it beside the size that it came to.

use std::time::Duration;

use protocol::{Compute, CpuTime, Step, Workload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A CPU time that a `compute` step was asked to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskedCpu {
    /// The number of the step, from 0.
    pub step: usize,
    /// The CPU time in nanoseconds.
    pub cpu_ns: u64,
}

impl AskedCpu {
    /// The CPU time.
    pub fn time(self) -> Duration {
        Duration::from_nanos(self.cpu_ns)
    }

    /// The kernel and the size that it came to; `None` where the workload has no such step.
    pub fn compute(self, workload: &Workload) -> Option<&Compute> {
        match workload.steps.get(self.step)? {
            Step::Compute(compute) => Some(compute),
            _ => None,
        }
    }
}

impl From<&CpuTime> for AskedCpu {
    fn from(asked: &CpuTime) -> Self {
        Self {
            step: asked.step,
            cpu_ns: u64::try_from(asked.time.as_nanos()).unwrap_or(u64::MAX),
        }
    }
}
