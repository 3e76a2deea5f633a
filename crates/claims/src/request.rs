//! The request that the command line makes of this crate.

use std::path::PathBuf;
use std::time::Duration;

use report::export::{Part, SheetExport};

/// Every load is measured in this many blocks before widths decide, since fewer give no interval.
pub(crate) const FEWEST_BLOCKS: u64 = 6;
/// The most blocks of a load.
pub(crate) const MOST_BLOCKS: u64 = 24;
/// The relative half-width of a ratio, 8 %, at which the loads of a test need no further block: half of the
/// 15 % that the book takes for the spread of equal runs.
pub(crate) const PRECISION: f64 = 0.08;
/// All runs together are to take this long. What must be measured in any case is, even if it takes longer.
pub(crate) const TIME: Duration = Duration::from_secs(660);
/// Rounds that others disturb are measured again until so many times that time is over. Beside a neighbour that is
/// there for a third of the time, rounds take about twice as long as on a quiet machine.
pub(crate) const PATIENCE: f64 = 2.0;

/// What is asked about the claims.
#[derive(Debug)]
pub struct Request {
    /// Numbers of claims, such as `C4`; all of them where none is given.
    pub claims: Vec<String>,
    /// A stored run to judge instead of measuring: a folder, its name, or `latest`.
    pub from: Option<String>,
    /// This many blocks of every load, however wide its intervals are; intervals need 6, and the crossover of
    /// C23 needs 8. Where nothing is asked for, widths decide.
    pub runs: Option<u64>,
    /// Seed of the order of runs; drawn where none is given.
    pub seed: Option<u64>,
    /// Whether the plan is shown, with the time that it takes, and nothing is measured.
    pub dry_run: bool,
    /// Whether `docs/CLAIMS.md` is written anew.
    pub write: bool,
    /// What makes the file of a picture, which `docs/CLAIMS.md` has of some claims.
    pub draw: fn(&Part) -> Option<String>,
    /// A file for the page; `-` is standard output, instead of the tables.
    pub export_markdown: Option<PathBuf>,
    /// A file for every figure and verdict; `-` is standard output, instead of the tables.
    pub export_json: Option<PathBuf>,
    /// Where the verdicts are written as a page with a matrix.
    pub export_html: Option<SheetExport>,
    /// A script that is played instead of running programs, for tests of this tool.
    pub scripted: Option<PathBuf>,
}

impl Request {
    /// The fewest and the most blocks of a load.
    pub(crate) fn blocks(&self) -> (u64, u64) {
        match self.runs {
            Some(blocks) => (blocks, blocks),
            None => (FEWEST_BLOCKS, MOST_BLOCKS),
        }
    }
}
