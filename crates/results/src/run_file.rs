//! `run.json`: what was compared, on which machine, with which settings, and the summary.

use std::collections::BTreeMap;

use catalog::Cell;
use protocol::{Headline, Workload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::asked_cpu::AskedCpu;
use crate::host_record::HostRecord;
use crate::merged::{Merged, ShardRecord};
use crate::metric::Metric;
use crate::placement::Placement;
use crate::predicted::Predicted;
use crate::profile::Profile;
use crate::rows::{Pass, Run};
use crate::run_length::RunLength;
use crate::share::Share;
use crate::stopped::Stopped;
use crate::summary::WorkloadSummary;
use crate::sweep::SweepSummary;

/// The version of the layout of `run.json` and `samples.jsonl`.
pub const FORMAT: u32 = 1;

/// The contents of `run.json`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunFile {
    /// The version of the layout: [`FORMAT`].
    pub format: u32,
    /// The name and version of the tool.
    pub tool: String,
    /// The short hash of the checkout's commit, or `nocommit`.
    pub commit: String,
    /// Whether the checkout differed from its commit; `None` where git does not tell.
    pub changed: Option<bool>,
    /// The start, in UTC: `2026-11-22T23:07:09Z`.
    pub started: String,
    /// The end, in UTC; `None` while it runs, and for ever where the tool was killed.
    pub ended: Option<String>,
    /// Whether the user ended it early.
    pub interrupted: bool,
    /// Facts about the machine, by name.
    pub environment: BTreeMap<String, String>,
    /// The machine; `None` in files from before it was stored, and where results of several are together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<HostRecord>,
    /// The part of a campaign that it is; `None` where it is a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardRecord>,
    /// The parts of a campaign that it is made of; `None` where one tool measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Merged>,
    /// Environment variables that change results and that programs inherited, by name; `None` in files
    /// from before they were stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<BTreeMap<String, String>>,
    /// Digests of the programs beside the models, by name: `services` and `expected`; and of the libraries that
    /// steps call, as `library PATH`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub programs: BTreeMap<String, String>,
    /// The numbers of measured blocks that an interruption cut short: their runs are in no figure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub torn_blocks: Vec<u64>,
    /// The measured blocks that were disturbed from outside, by workload.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub disturbed_blocks: BTreeMap<String, DisturbedBlocks>,
    /// The variants that ran no more while others went on, by workload and then by variant.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stopped: BTreeMap<String, BTreeMap<String, Stopped>>,
    /// The settings.
    pub options: Options,
    /// The workloads, in the order of the tables.
    pub workloads: Vec<WorkloadRecord>,
    /// The variants, the reference first.
    pub variants: Vec<VariantRecord>,
    /// The answers, by workload and then by variant.
    pub digests: BTreeMap<String, BTreeMap<String, SeenDigest>>,
    /// The summary of each workload.
    pub statistics: Vec<WorkloadSummary>,
    /// The summary of each swept parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweeps: Vec<SweepSummary>,
}

/// The blocks in which the runs of a workload were disturbed from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisturbedBlocks {
    /// The numbers of the blocks, ascending.
    pub blocks: Vec<u64>,
    /// Whether these runs count all the same, because there were too many to measure again. Where not they
    /// are in no figure.
    pub count: bool,
    /// Variants during whose runs other processes are busy time and again: no block is disturbed for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub systematic: Vec<String>,
}

/// The settings of a comparison, with defaults filled in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// How thorough it is.
    pub profile: Profile,
    /// The variant that all others are compared with.
    pub reference: String,
    /// The most blocks that a workload is measured in.
    pub blocks: u64,
    /// Blocks that are measured even where they exceed the budget.
    pub fewest_blocks: u64,
    /// Blocks that all workloads are measured in before one may stop.
    pub blocks_together: u64,
    /// The relative half-width of intervals at which a workload stops; `None` where a number of blocks
    /// was asked for.
    pub precision: Option<f64>,
    /// The processors that models may run on.
    pub placement: Placement,
    /// The seed of the order of runs.
    pub seed: u64,
    /// Threads or processes that compute.
    pub workers: u64,
    /// The number of lanes, instead of each workload's own.
    pub in_flight: Option<u64>,
    /// Microseconds after which a thread that waits for an interpreter lock asks for it.
    #[serde(default = "default_switch_interval_us")]
    pub switch_interval_us: u64,
    /// A run that takes more milliseconds is ended.
    pub time_limit_ms: u64,
    /// No block begins after this many milliseconds.
    pub budget_ms: Option<u64>,
    /// Whether disturbed blocks count like all others, instead of being measured again; true in files from
    /// before they were.
    #[serde(default = "kept_disturbed")]
    pub keep_disturbed: bool,
    /// Whether the length of runs was open, to be chosen before the first measured block.
    #[serde(default)]
    pub chooses_length: bool,
    /// A sentence about what the profile left out.
    pub left_out: Option<String>,
}

/// The interval of files from before it was stored: it could not be chosen then.
fn default_switch_interval_us() -> u64 {
    protocol::DEFAULT_SWITCH_INTERVAL_US
}

fn kept_disturbed() -> bool {
    true
}

/// A workload of a comparison, and what was run of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadRecord {
    /// Its name or path as it was typed.
    pub typed: String,
    /// The description that runners were given.
    #[schemars(schema_with = "super::schema::workload")]
    pub workload: Workload,
    /// The CPU times that steps were asked to take; the workload has the sizes that they came to here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpu: Vec<AskedCpu>,
    /// The workload and the parameters that it is a cell of; `None` outside sweeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// The question that comes first, where the workload's file says so.
    #[serde(default, rename = "headline", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "super::schema::headline")]
    pub asked_headline: Option<Headline>,
    /// The number of lanes that every variant was asked for.
    pub lanes: u64,
    /// The length of its runs, where that was chosen after trying two; `None` where it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_length: Option<RunLength>,
    /// What each variant ran of it, by the name of the variant.
    pub shares: BTreeMap<String, Share>,
    /// Variants that were dropped after the first block, because the budget was too small for them.
    pub left_out: Vec<String>,
    /// What was predicted of its variants before they were measured, by name: of those too that did not run for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub predicted: BTreeMap<String, Predicted>,
    /// The right digest of each prefix, by its number of tasks.
    pub expected: BTreeMap<u64, String>,
}

/// A variant of a comparison, or a model that could not be read.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VariantRecord {
    /// `model/variant`, or the name of a model that could not be read.
    pub name: String,
    /// One line for people; the problem of a model that could not be read.
    pub about: String,
    /// Whether it was asked for by name.
    pub named: bool,
    /// What its program printed as its version; `None` where it does not run.
    pub version: Option<String>,
    /// A digest of its program's files, by which a later build is told from this one.
    pub program: Option<String>,
}

/// The answers of a variant at a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeenDigest {
    /// The number of tasks that the digests are of.
    pub tasks: u64,
    /// The right digest, in hexadecimal.
    pub expected: String,
    /// Every different digest that it gave: exactly one where all answers were right.
    pub seen: Vec<String>,
    /// Whether every answer was right.
    pub right: bool,
}

impl WorkloadRecord {
    /// The primary metric that the schedule's precision is about.
    pub fn headline(&self) -> Metric {
        self.metrics()[0]
    }

    /// The primary metrics, the headline first.
    pub fn metrics(&self) -> &'static [Metric] {
        Metric::of(&self.workload, self.asked_headline)
    }

    /// The number of workers that it ran with: its own where workers were swept.
    pub fn workers(&self, options: &Options) -> u64 {
        let own = self.cell.as_ref().and_then(Cell::workers);
        own.unwrap_or(options.workers)
    }
}

impl RunFile {
    /// Whether the block of a measured run was cut short by an interruption, so that the run is in no figure.
    pub fn is_torn(&self, run: &Run) -> bool {
        run.pass == Pass::Measured && self.torn_blocks.contains(&run.block)
    }

    /// Whether the block of a measured run was disturbed at its workload and measured again, so that the run
    /// is in no figure.
    pub fn was_repeated(&self, run: &Run) -> bool {
        let its = self.disturbed_blocks.get(&run.workload);
        run.pass == Pass::Measured
            && its.is_some_and(|its| !its.count && its.blocks.binary_search(&run.block).is_ok())
    }

    /// When and why a variant stopped before others of its workload, where it did.
    pub fn stopped(&self, workload: &str, variant: &str) -> Option<&Stopped> {
        self.stopped.get(workload)?.get(variant)
    }

    /// Whether a variant is the reference.
    pub fn is_reference(&self, variant: &str) -> bool {
        self.options.reference == variant
    }
}
