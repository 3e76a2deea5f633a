//! The request that the command line makes of this crate.

use std::path::PathBuf;

use report::export::SheetExport;

/// What is counted, and over how many comparisons.
#[derive(Debug)]
pub struct Request {
    /// Comparisons of each experiment; `None` for 2000 simulated, 40 real ones, or 20 until they are precise.
    pub comparisons: Option<u64>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Whether real programs are compared on this machine, instead of simulating.
    pub real: bool,
    /// Whether real programs are compared until intervals are narrow, to see how soon that is.
    pub time_to_verdict: bool,
    /// Blocks of each real comparison, or the most of them; `None` for 20 of the one kind and 60 of the other.
    pub blocks: Option<u64>,
    /// Whether the thresholds of disturbed rounds are tried, instead of the usual experiments.
    pub thresholds: bool,
    /// Whether fleets of hosts are simulated, instead of the usual experiments.
    pub hosts: bool,
    /// A file for the figures, or `-` for standard output.
    pub export_json: Option<PathBuf>,
    /// Where the tables are written as a page.
    pub export_html: Option<SheetExport>,
}
