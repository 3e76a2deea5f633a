//! The request that the command line makes of this crate.

use std::path::PathBuf;

/// The default number of blocks: the fewest from which a crossover between five levels can be
/// located at 95 % for all levels together (`verdict::crossover`).
pub const BLOCKS: u64 = 8;

/// What is asked about the claims.
#[derive(Debug)]
pub struct Request {
    /// Numbers of claims, such as `C4`; all of them where none is given.
    pub claims: Vec<String>,
    /// A stored run to judge instead of measuring: a folder, its name, or `latest`.
    pub from: Option<String>,
    /// Blocks of every comparison; intervals need 6, and the crossover of C23 needs 8.
    pub runs: u64,
    /// Seed of the order of runs; drawn where none is given.
    pub seed: Option<u64>,
    /// Whether `docs/CLAIMS.md` is written anew.
    pub write: bool,
    /// A file for the page; `-` is standard output, instead of the tables.
    pub export_markdown: Option<PathBuf>,
    /// A file for every figure and verdict; `-` is standard output, instead of the tables.
    pub export_json: Option<PathBuf>,
    /// A script that is played instead of running programs, for tests of this tool.
    pub scripted: Option<PathBuf>,
}
