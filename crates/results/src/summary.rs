//! What a comparison came to: per workload, and per variant of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compared::Compared;
use crate::conditions::{Disturbance, Drifting};
use crate::estimate::{Estimate, Ratio};
use crate::memory::Memory;
use crate::punctuality::Punctuality;
use crate::reach::Reach;
use crate::rows::Failed;

/// What a workload came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadSummary {
    pub workload: String,
    /// What ratios and verdicts are of.
    #[serde(default)]
    pub compared: Compared,
    /// Blocks in which the reference was measured.
    pub blocks: usize,
    /// The reference against itself.
    pub control: Option<Ratio>,
    /// How the widest interval stands to the precision that was asked for.
    pub reach: Option<Reach>,
    /// What went up or down with the order of the blocks.
    pub drifts: Vec<Drifting>,
    pub disturbance: Disturbance,
    /// Which model to use, or why that cannot be said; at most three lines.
    pub advice: Vec<String>,
    /// The reference first, then from fast to slow.
    pub variants: Vec<VariantSummary>,
}

/// What a variant came to at a workload. Every figure is a median over runs unless it says more.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VariantSummary {
    pub variant: String,
    pub tasks: u64,
    pub in_flight: u64,
    pub time_ns: Option<Estimate>,
    /// Of what is compared.
    pub ratio: Option<Ratio>,
    pub tasks_per_second: Option<Estimate>,
    pub p50_ns: Option<Estimate>,
    pub p90_ns: Option<Estimate>,
    pub p99_ns: Option<Estimate>,
    pub p999_ns: Option<Estimate>,
    pub cpu_per_task_ns: Option<Estimate>,
    /// Descriptive: no verdict follows from it.
    pub cpu_ratio: Option<Ratio>,
    pub origin_cpu_per_task_ns: Option<Estimate>,
    /// Of one run of its own.
    pub memory: Option<Memory>,
    pub switches: Option<Estimate>,
    pub start_up_ns: Option<Estimate>,
    pub shut_down_ns: Option<Estimate>,
    /// Of an open loop.
    pub punctuality: Option<Punctuality>,
    /// The fewest of any run.
    pub alive_at_once: Option<u64>,
    pub threads: Option<u64>,
    pub processes: Option<u64>,
    /// What else its runs counted, by name: increments lost, turns out of order, changes of owner.
    #[serde(default)]
    pub counts: BTreeMap<String, Estimate>,
    /// Runs whose time lies far from the others; they count all the same.
    pub outliers: usize,
    pub knobs: BTreeMap<String, String>,
    pub failed: Option<Failed>,
}
