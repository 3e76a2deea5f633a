//! What may be typed after `cargo xtask ab`.

use std::path::PathBuf;

use clap::{ValueEnum, value_parser};
use verdict::Margin;

use crate::cli::Sizes;
use crate::diff::limit;
use crate::schedule::MOST_BLOCKS;

#[derive(Debug, clap::Args)]
pub(crate) struct AbArgs {
    /// Names of workloads, or paths of workload files [default: sha256 http-fast]
    #[arg(value_name = "WORKLOAD|FILE")]
    pub(super) workloads: Vec<String>,
    /// The revision that is compared with, such as `origin/main`
    #[arg(long, value_name = "REV", required_unless_present = "scripted")]
    pub(super) base: Option<String>,
    /// The revision that is checked [default: the working tree as it is]
    #[arg(long, value_name = "REV")]
    pub(super) head: Option<String>,
    /// Variants to run; may be repeated [default: threads/pool async-tokio/current-thread]
    #[arg(long = "model", value_name = "GLOB")]
    pub(super) models: Vec<String>,
    /// What counts as a regression: so much slower, with the whole interval
    #[arg(long, value_name = "PERCENT", value_parser = limit::limit, default_value = limit::DEFAULT)]
    pub(super) max_regression: Margin,
    /// What is measured
    #[arg(long, value_enum, default_value = "time")]
    pub(super) meter: Meter,
    /// Blocks of each pass [default: 15 to 60, until intervals are within half the limit]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_BLOCKS))]
    pub(super) runs: Option<u64>,
    /// Seed of the order of runs; drawn where none is given
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) sizes: Sizes,
    /// Write the table for a pull request too, or instead where this is `-`
    #[arg(long, value_name = "FILE|-")]
    pub(super) export_markdown: Option<PathBuf>,
    /// Play a script instead of running programs: for tests of this tool
    #[arg(long, value_name = "FILE", hide = true)]
    pub(super) scripted: Option<PathBuf>,
    /// Where the revisions, models and workloads are, instead of this checkout
    #[arg(long, value_name = "DIR", hide = true)]
    pub(super) repository: Option<PathBuf>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Meter {
    /// Time per task, side by side; CPU per task at a fixed rate
    Time,
    /// Instructions, by callgrind: it sees work, and not waiting
    Instructions,
}
