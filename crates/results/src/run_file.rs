//! `run.json`: what was compared, where, with which settings, and what it came to.

use std::collections::BTreeMap;

use protocol::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::placement::Placement;
use crate::profile::Profile;
use crate::share::Share;
use crate::summary::WorkloadSummary;
use crate::sweep::SweepSummary;
use catalog::Cell;

/// The version of the layout of `run.json` and `samples.jsonl`.
pub const FORMAT: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunFile {
    pub format: u32,
    pub tool: String,
    pub commit: String,
    /// Whether the checkout differed from its commit.
    pub changed: Option<bool>,
    pub started: String,
    /// `None` until it is over, and for ever where the tool was killed.
    pub ended: Option<String>,
    pub interrupted: bool,
    pub environment: BTreeMap<String, String>,
    pub options: Options,
    pub workloads: Vec<WorkloadRecord>,
    pub variants: Vec<VariantRecord>,
    /// By workload, then by variant.
    pub digests: BTreeMap<String, BTreeMap<String, SeenDigest>>,
    pub statistics: Vec<WorkloadSummary>,
    /// What came of swept parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweeps: Vec<SweepSummary>,
}

/// What was asked for, defaults filled in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    pub profile: Profile,
    pub reference: String,
    /// The most blocks that a workload is measured in.
    pub blocks: u64,
    /// Blocks that are measured even if they take longer than planned.
    pub fewest_blocks: u64,
    /// Blocks that all workloads are measured in before one may stop.
    pub blocks_together: u64,
    /// The half-width at which a workload stops; `None` where a number of blocks was asked for.
    pub precision: Option<f64>,
    pub placement: Placement,
    pub seed: u64,
    pub workers: u64,
    pub in_flight: Option<u64>,
    /// Of interpreter locks.
    #[serde(default = "default_switch_interval_us")]
    pub switch_interval_us: u64,
    pub time_limit_ms: u64,
    /// No block begins after this time.
    pub budget_ms: Option<u64>,
    /// What the profile left out, and how to have it.
    pub left_out: Option<String>,
}

/// What was so before it could be chosen.
fn default_switch_interval_us() -> u64 {
    protocol::DEFAULT_SWITCH_INTERVAL_US
}

/// A workload as it was run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadRecord {
    /// What was typed to have it.
    pub typed: String,
    #[schemars(schema_with = "super::schema::workload")]
    pub workload: Workload,
    /// Where it is one of a sweep: of which workload, and with which parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// Lanes that were wanted of everybody.
    pub lanes: u64,
    /// What each variant ran.
    pub shares: BTreeMap<String, Share>,
    /// Variants for which there was no time after the first block.
    pub left_out: Vec<String>,
    /// The right digest of each prefix, by its number of tasks.
    pub expected: BTreeMap<u64, String>,
}

/// A variant that took part, or was to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VariantRecord {
    pub name: String,
    pub about: String,
    /// Whether it was asked for by name.
    pub named: bool,
    /// What its program printed as its version; `None` where it does not run.
    pub version: Option<String>,
    /// A digest of its program's files, by which a later build is told from this one.
    pub program: Option<String>,
}

/// What a variant answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeenDigest {
    pub tasks: u64,
    pub expected: String,
    /// Every digest that it gave; one, where all is well.
    pub seen: Vec<String>,
    pub right: bool,
}

impl WorkloadRecord {
    /// The workers that it ran with.
    pub fn workers(&self, options: &Options) -> u64 {
        let own = self.cell.as_ref().and_then(Cell::workers);
        own.unwrap_or(options.workers)
    }
}

impl RunFile {
    /// Whether a variant is what all others are compared with.
    pub fn is_reference(&self, variant: &str) -> bool {
        self.options.reference == variant
    }
}
