//! The request that the command line makes of this crate.

use std::path::PathBuf;

/// What is counted, and over how many comparisons.
#[derive(Debug)]
pub struct Request {
    /// Comparisons of each experiment; `None` for 2000 simulated or 40 real ones.
    pub comparisons: Option<u64>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Whether real programs are compared on this machine, instead of simulating.
    pub real: bool,
    /// Whether the thresholds of disturbed rounds are tried, instead of the usual experiments.
    pub thresholds: bool,
    /// Blocks of each real comparison.
    pub blocks: u64,
    /// A file for the figures, or `-` for standard output.
    pub export_json: Option<PathBuf>,
}
