//! What is asked about the trust in verdicts.

use std::path::PathBuf;

/// What is counted, and how often.
#[derive(Debug)]
pub struct Request {
    /// Comparisons a setting; `None` for the default of the kind.
    pub comparisons: Option<u64>,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Whether real programs are compared on this machine.
    pub real: bool,
    /// Blocks of each real comparison.
    pub blocks: u64,
    /// A file for the figures, or `-` for standard output.
    pub export_json: Option<PathBuf>,
}
