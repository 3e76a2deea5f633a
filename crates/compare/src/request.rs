//! What a comparison is asked to be, before names are looked up and defaults filled in.

use std::path::PathBuf;
use std::time::Duration;

use catalog::Sweep;
use launch::{Builds, Sizes};
use protocol::Rate;
use report::export::Exports;
use results::Profile;
use verdict::stopping::Precision;

use crate::baseline::Baselines;
use crate::shard_wish::ShardWish;

/// Everything that can be asked of a comparison.
#[derive(Debug)]
pub struct Request {
    /// Names of workloads, or paths of workload files; the profile chooses where there is none.
    pub workloads: Vec<String>,
    /// Globs over variants; the profile chooses where there is none.
    pub models: Vec<String>,
    /// The variant that all others are compared with.
    pub reference: Option<String>,
    /// Whether predictions come first, and only what they do not tell apart from the best is measured.
    pub predict: bool,
    /// How thorough to be.
    pub profile: Profile,
    /// Blocks to measure, instead of the profile's.
    pub runs: Option<u64>,
    /// No block begins after this time.
    pub max_time: Option<Duration>,
    /// How narrow intervals are to be.
    pub precision: Option<Wish>,
    /// Whether disturbed rounds count like all others, instead of being measured again.
    pub keep_disturbed: bool,
    /// Rates at which every workload becomes an open loop.
    pub rates: Vec<Rate>,
    /// Parameters to sweep.
    pub params: Vec<Sweep>,
    /// Seed of the order of runs; drawn where there is none.
    pub seed: Option<u64>,
    /// An interrupted comparison to continue: its folder, its name, or `latest`.
    pub resume: Option<String>,
    /// How large runs are.
    pub sizes: Sizes,
    /// Whether to show the settings of every variant.
    pub knobs: bool,
    /// Whether to show everything at every table, and smoke as tables too.
    pub verbose: bool,
    /// What to export.
    pub exports: Exports,
    /// What to keep under a name, and what to hold the results against.
    pub baselines: Baselines,
    /// Whether programs are built, or found as they are.
    pub builds: Builds,
    /// The shard of a campaign that it is, instead of a whole comparison.
    pub shard: Option<ShardWish>,
    /// A script that is played instead of running programs.
    pub scripted: Option<PathBuf>,
}

/// How narrow intervals are to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// The profile's number of blocks, however wide the intervals are.
    Off,
    /// Blocks are measured until every interval is this narrow.
    Within(Precision),
}
