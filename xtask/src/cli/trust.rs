//! What may be typed after `cargo xtask trust`.

use std::path::PathBuf;

use clap::{Args, value_parser};

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// Comparisons for each setting [default: 2000, and 40 with --real]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1_000_000))]
    comparisons: Option<u64>,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Compare real programs on this machine; continues an interrupted call
    #[arg(long)]
    real: bool,
    /// Try other thresholds for disturbed rounds, beside bursts of many kinds
    #[arg(long, conflicts_with = "real")]
    thresholds: bool,
    /// Rounds of each real comparison
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = value_parser!(u64).range(6..=1000))]
    blocks: u64,
    /// Write the figures to a file too, or to standard output instead of the tables where it is `-`
    #[arg(long, value_name = "FILE|-")]
    export_json: Option<PathBuf>,
}

impl TrustArgs {
    /// What is asked about the verdicts.
    pub(crate) fn request(&self) -> trust::Request {
        trust::Request {
            comparisons: self.comparisons,
            seed: self.seed,
            real: self.real,
            thresholds: self.thresholds,
            blocks: self.blocks,
            export_json: self.export_json.clone(),
        }
    }
}
