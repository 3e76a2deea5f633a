//! What an `ab` is asked, before names of workloads and variants are looked up.

use std::path::PathBuf;

use launch::Sizes;
use report::export::SheetExport;
use verdict::Margin;

/// What two revisions are asked about.
#[derive(Debug)]
pub struct Request {
    /// Names of workloads, or paths of workload files; if there are none, those that the head marks with
    /// `gate = true`.
    pub workloads: Vec<String>,
    /// The revision that is compared with, such as `origin/main`; `HEAD` if there is none.
    pub base: Option<String>,
    /// The revision that is checked; the working tree as it is if there is none.
    pub head: Option<String>,
    /// Names or patterns of variants; if there are none, those that the head marks with `gate = true`.
    pub models: Vec<String>,
    /// The relative slow-down that counts as a regression where the whole confidence interval is beyond it.
    /// Instruction counts have limits of their own.
    pub max_regression: Margin,
    /// What is measured.
    pub meter: Meter,
    /// The blocks of each pass; if there is none, 15 to 60, until intervals are within half the limit.
    pub runs: Option<u64>,
    /// The seed of the order of runs; one is drawn if there is none.
    pub seed: Option<u64>,
    /// The sizes and limits of runs.
    pub sizes: Sizes,
    /// A file to which the table for a pull request is written; `-` is standard output.
    pub export_markdown: Option<PathBuf>,
    /// Where the findings are written as a page.
    pub export_html: Option<SheetExport>,
    /// A script that is played instead of running programs: for tests of this tool.
    pub scripted: Option<PathBuf>,
    /// Where the revisions, models and workloads are, instead of this checkout.
    pub repository: Option<PathBuf>,
}

/// What is measured of each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meter {
    /// Time per task, side by side; CPU time per task where tasks arrive at a fixed rate.
    Time,
    /// Instructions, counted by callgrind: they measure work, and not waiting.
    Instructions,
}
