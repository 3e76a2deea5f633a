//! `run.json`: what was compared, where, with which settings, and what it came to.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::stopping::Precision;

use crate::launch::Placement;
use crate::params::Cell;
use crate::report::{SweepSummary, WorkloadSummary};
use crate::schedule::{Profile, Rules, Share};

/// The version of the layout of `run.json` and `samples.jsonl`.
pub(crate) const FORMAT: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RunFile {
    pub(crate) format: u32,
    pub(crate) tool: String,
    pub(crate) commit: String,
    /// Whether the checkout differed from its commit.
    pub(crate) changed: Option<bool>,
    pub(crate) started: String,
    /// `None` until it is over, and for ever where the tool was killed.
    pub(crate) ended: Option<String>,
    pub(crate) interrupted: bool,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) options: Options,
    pub(crate) workloads: Vec<WorkloadRecord>,
    pub(crate) variants: Vec<VariantRecord>,
    /// By workload, then by variant.
    pub(crate) digests: BTreeMap<String, BTreeMap<String, SeenDigest>>,
    pub(crate) statistics: Vec<WorkloadSummary>,
    /// What came of swept parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sweeps: Vec<SweepSummary>,
}

/// What was asked for, defaults filled in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Options {
    pub(crate) profile: Profile,
    pub(crate) reference: String,
    /// The most blocks that a workload is measured in.
    pub(crate) blocks: u64,
    /// Blocks that are measured even if they take longer than planned.
    pub(crate) fewest_blocks: u64,
    /// Blocks that all workloads are measured in before one may stop.
    pub(crate) blocks_together: u64,
    /// The half-width at which a workload stops; `None` where a number of blocks was asked for.
    pub(crate) precision: Option<f64>,
    pub(crate) placement: Placement,
    pub(crate) seed: u64,
    pub(crate) workers: u64,
    pub(crate) in_flight: Option<u64>,
    /// Of interpreter locks.
    #[serde(default = "default_switch_interval_us")]
    pub(crate) switch_interval_us: u64,
    pub(crate) time_limit_ms: u64,
    /// No block begins after this time.
    pub(crate) budget_ms: Option<u64>,
    /// What the profile left out, and how to have it.
    pub(crate) left_out: Option<String>,
}

/// What was so before it could be chosen.
fn default_switch_interval_us() -> u64 {
    crate::cli::DEFAULT_SWITCH_INTERVAL_US
}

/// A workload as it was run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct WorkloadRecord {
    /// What was typed to have it.
    pub(crate) typed: String,
    #[schemars(schema_with = "super::schema::workload")]
    pub(crate) workload: Workload,
    /// Where it is one of a sweep: of which workload, and with which parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cell: Option<Cell>,
    /// Lanes that were wanted of everybody.
    pub(crate) lanes: u64,
    /// What each variant ran.
    pub(crate) shares: BTreeMap<String, Share>,
    /// Variants for which there was no time after the first block.
    pub(crate) left_out: Vec<String>,
    /// The right digest of each prefix, by its number of tasks.
    pub(crate) expected: BTreeMap<u64, String>,
}

/// A variant that took part, or was to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct VariantRecord {
    pub(crate) name: String,
    pub(crate) about: String,
    /// Whether it was asked for by name.
    pub(crate) named: bool,
    /// What its program printed as its version; `None` where it does not run.
    pub(crate) version: Option<String>,
    /// A digest of its program's files, by which a later build is told from this one.
    pub(crate) program: Option<String>,
}

/// What a variant answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SeenDigest {
    pub(crate) tasks: u64,
    pub(crate) expected: String,
    /// Every digest that it gave; one, where all is well.
    pub(crate) seen: Vec<String>,
    pub(crate) right: bool,
}

impl WorkloadRecord {
    /// The workers that it ran with.
    pub(crate) fn workers(&self, options: &Options) -> u64 {
        let own = self.cell.as_ref().and_then(Cell::workers);
        own.unwrap_or(options.workers)
    }
}

impl Options {
    /// When the comparison is over.
    pub(crate) fn rules(&self) -> Rules {
        Rules {
            fewest: self.fewest_blocks,
            together: self.blocks_together,
            most: self.blocks,
            precision: self.precision.and_then(|half| Precision::new(half).ok()),
            budget: self.budget_ms.map(Duration::from_millis),
        }
    }
}

impl RunFile {
    /// Whether a variant is what all others are compared with.
    pub(crate) fn is_reference(&self, variant: &str) -> bool {
        self.options.reference == variant
    }
}
