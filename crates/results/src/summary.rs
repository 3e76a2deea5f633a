//! The summary of a comparison: per workload, and per variant at a workload.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::conditions::{Disturbance, Drifting};
use crate::estimate::{Estimate, Ratio, Ratios};
use crate::judged::Judged;
use crate::memory_summary::MemorySummary;
use crate::metric::Metric;
use crate::punctuality::Punctuality;
use crate::reach::Reach;
use crate::rows::Failed;
use crate::verdict_kind::VerdictKind;

/// The summary of one workload.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadSummary {
    /// The name of the workload.
    pub workload: String,
    /// The primary metric that the order of the variants and the precision of the schedule are about.
    #[serde(default, alias = "compared")]
    pub headline: Metric,
    /// Blocks in which the reference was measured.
    pub blocks: usize,
    /// The second arm of the reference against the first, by each primary metric: it should be 1.
    #[serde(default)]
    pub controls: Ratios,
    /// The precision that the headline reached; `None` where none was asked for.
    pub reach: Option<Reach>,
    /// Series that went up or down with the order of the blocks.
    pub drifts: Vec<Drifting>,
    /// Runs that other processes disturbed.
    pub disturbance: Disturbance,
    /// Which model to use, or why that cannot be said; at most three lines.
    pub advice: Vec<String>,
    /// The reference first, then by the ratio of the headline.
    pub variants: Vec<VariantSummary>,
}

/// The summary of one variant at one workload. Every estimate is a median over runs unless it says more;
/// it is `None` where no run gave the figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VariantSummary {
    /// `model/variant`.
    pub variant: String,
    /// The number of tasks of a run.
    pub tasks: u64,
    /// The number of lanes of a run.
    pub in_flight: u64,
    /// The elapsed time of a run.
    pub time_ns: Option<Estimate>,
    /// The ratios of its primary metrics to those of the reference, with their verdicts.
    #[serde(default)]
    pub ratios: Ratios,
    /// The throughput.
    pub tasks_per_second: Option<Estimate>,
    /// The median latency of a task.
    pub p50_ns: Option<Estimate>,
    /// The 90th percentile of the latency of a task.
    pub p90_ns: Option<Estimate>,
    /// The 99th percentile of the latency of a task.
    pub p99_ns: Option<Estimate>,
    /// The 99.9th percentile of the latency of a task, where a run has enough tasks for it.
    pub p999_ns: Option<Estimate>,
    /// Processor time of the process tree, per task.
    pub cpu_per_task_ns: Option<Estimate>,
    /// Processor time of the HTTP origin, per task.
    pub origin_cpu_per_task_ns: Option<Estimate>,
    /// The memory of its process tree, read in runs that are made for it.
    pub memory: Option<MemorySummary>,
    /// Context switches of a run, voluntary and involuntary.
    pub switches: Option<Estimate>,
    /// The time from the start of the process to `ready`, without connecting and warm-up.
    pub start_up_ns: Option<Estimate>,
    /// The time that the model takes to shut down.
    pub shut_down_ns: Option<Estimate>,
    /// Whether tasks started and ended in time; `None` in a closed loop.
    pub punctuality: Option<Punctuality>,
    /// Tasks that were certainly waiting at the same moment, in the run that had the fewest.
    pub alive_at_once: Option<u64>,
    /// Threads that all processes started, in the last run.
    pub threads: Option<u64>,
    /// Processes of the tree, the program itself included, in the last run.
    pub processes: Option<u64>,
    /// Further counts of its runs, by name: increments lost, turns out of order, changes of owner.
    #[serde(default)]
    pub counts: BTreeMap<String, Estimate>,
    /// Runs whose headline figure lies far from the others. They are part of every figure all the same.
    pub outliers: usize,
    /// The settings that the model reported, as they took effect.
    pub knobs: BTreeMap<String, String>,
    /// The failure of a run; then there are no figures.
    pub failed: Option<Failed>,
}

impl WorkloadSummary {
    /// The metrics that any variant has a ratio of, the headline first.
    pub fn metrics(&self) -> Vec<Metric> {
        let mut metrics: Vec<Metric> = self
            .variants
            .iter()
            .flat_map(|variant| variant.ratios.keys().copied())
            .collect();
        metrics.sort_by_key(|metric| (*metric != self.headline, *metric));
        metrics.dedup();
        metrics
    }
}

impl VariantSummary {
    /// The ratio of a metric; `None` for the reference and where nothing can be divided.
    pub fn ratio(&self, metric: Metric) -> Option<&Ratio> {
        self.ratios.get(&metric)
    }

    /// What may be said about a metric.
    pub fn judged(&self, metric: Metric) -> Option<&Judged> {
        self.ratio(metric)?.judged.as_ref()
    }

    /// The verdict on a metric.
    pub fn verdict(&self, metric: Metric) -> Option<VerdictKind> {
        Some(self.judged(metric)?.verdict)
    }
}
