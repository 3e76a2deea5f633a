//! What is asked about the claims.

use std::path::PathBuf;

/// From so many, a place between five levels can be found (`verdict::crossover`).
pub const BLOCKS: u64 = 8;

/// What is asked about the claims.
#[derive(Debug)]
pub struct Request {
    /// Numbers of claims, such as `C4`; all of them where none is given
    pub claims: Vec<String>,
    /// Judge what was measured before: a folder, its name, or `latest`
    pub from: Option<String>,
    /// Blocks of every comparison; intervals need 6, and the crossover of C23 needs 8
    pub runs: u64,
    /// Seed of the order of runs; drawn where none is given
    pub seed: Option<u64>,
    /// Write `docs/CLAIMS.md` anew
    pub write: bool,
    /// Write the page to a file too, or to standard output instead of the tables where it is `-`
    pub export_markdown: Option<PathBuf>,
    /// Write every figure and verdict to a file too, or to standard output instead where it is `-`
    pub export_json: Option<PathBuf>,
    /// Play a script instead of running programs: for tests of this tool
    pub scripted: Option<PathBuf>,
}
