//! What may be typed after `cargo xtask trust`.

use std::path::PathBuf;

use clap::{Args, value_parser};

use super::exports::PageArgs;

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// Comparisons for each setting [default: 2000, 40 with --real, 20 with --time-to-verdict]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1_000_000))]
    comparisons: Option<u64>,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Compare real programs on this machine; continues an interrupted call
    #[arg(long)]
    real: bool,
    /// See how many seconds real programs take until a true 5 % is called; continues an interrupted call
    #[arg(long, conflicts_with = "real")]
    time_to_verdict: bool,
    /// Rounds of each real comparison, or the most of them with --time-to-verdict [default: 20, or 60]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(6..=1000))]
    blocks: Option<u64>,
    /// Try other thresholds for disturbed rounds, beside bursts of many kinds
    #[arg(long, conflicts_with_all = ["real", "time_to_verdict"])]
    thresholds: bool,
    /// Simulate fleets of 2 to 8 hosts, and what is said of all of them together
    #[arg(long, conflicts_with_all = ["real", "time_to_verdict", "thresholds"])]
    hosts: bool,
    /// Write the figures to a file too, or to standard output instead of the tables where it is `-`
    #[arg(long, value_name = "FILE|-")]
    export_json: Option<PathBuf>,
    #[command(flatten)]
    page: PageArgs,
}

impl TrustArgs {
    /// What is asked about the verdicts.
    pub(crate) fn request(&self) -> trust::Request {
        trust::Request {
            comparisons: self.comparisons,
            seed: self.seed,
            real: self.real,
            time_to_verdict: self.time_to_verdict,
            thresholds: self.thresholds,
            hosts: self.hosts,
            blocks: self.blocks,
            export_json: self.export_json.clone(),
            export_html: self.page.export(),
        }
    }
}
