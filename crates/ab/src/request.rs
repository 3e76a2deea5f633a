//! What is asked about two revisions, before names are looked up.

use std::path::PathBuf;

use verdict::Margin;

use launch::Sizes;

/// What two revisions are asked about.
#[derive(Debug)]
pub struct Request {
    /// Names of workloads, or paths of workload files [default: sha256 http-fast]
    pub workloads: Vec<String>,
    /// The revision that is compared with, such as `origin/main`
    pub base: Option<String>,
    /// The revision that is checked [default: the working tree as it is]
    pub head: Option<String>,
    /// Variants to run; may be repeated [default: threads/pool async-tokio/current-thread]
    pub models: Vec<String>,
    /// What counts as a regression: so much slower, with the whole interval
    pub max_regression: Margin,
    /// What is measured
    pub meter: Meter,
    /// Blocks of each pass [default: 15 to 60, until intervals are within half the limit]
    pub runs: Option<u64>,
    /// Seed of the order of runs; drawn where none is given
    pub seed: Option<u64>,
    /// How large runs are
    pub sizes: Sizes,
    /// Write the table for a pull request too, or instead where this is `-`
    pub export_markdown: Option<PathBuf>,
    /// Play a script instead of running programs: for tests of this tool
    pub scripted: Option<PathBuf>,
    /// Where the revisions, models and workloads are, instead of this checkout
    pub repository: Option<PathBuf>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meter {
    /// Time per task, side by side; CPU per task at a fixed rate
    Time,
    /// Instructions, by callgrind: it sees work, and not waiting
    Instructions,
}
