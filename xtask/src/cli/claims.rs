//! What may be typed after `cargo xtask claims`.

use std::path::PathBuf;

use clap::{Args, value_parser};

#[derive(Debug, Args)]
pub(crate) struct ClaimsArgs {
    /// Numbers of claims, such as `C4`; all of them where none is given
    #[arg(value_name = "CLAIM")]
    claims: Vec<String>,
    /// Judge what was measured before: a folder, its name, or `latest`
    #[arg(long, value_name = "RUN", conflicts_with_all = ["runs", "seed", "scripted"])]
    from: Option<String>,
    /// Blocks (rounds) of every comparison; intervals need 6, and the crossover of C23 needs 8
    #[arg(long, value_name = "N", default_value_t = claims::BLOCKS, value_parser = value_parser!(u64).range(1..=1000))]
    runs: u64,
    /// Seed of the random order of runs; without it one is drawn
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Write `docs/CLAIMS.md` anew
    #[arg(long, conflicts_with_all = ["claims", "scripted"])]
    write: bool,
    /// Write the page to a file too, or to standard output instead of the tables where it is `-`
    #[arg(long, value_name = "FILE|-")]
    export_markdown: Option<PathBuf>,
    /// Write every figure and verdict to a file too, or to standard output instead where it is `-`
    #[arg(long, value_name = "FILE|-")]
    export_json: Option<PathBuf>,
    /// Play a script instead of running programs: for tests of this tool
    #[arg(long, value_name = "FILE", hide = true)]
    scripted: Option<PathBuf>,
}

impl ClaimsArgs {
    /// What is asked about the claims.
    pub(crate) fn request(&self) -> claims::Request {
        claims::Request {
            claims: self.claims.clone(),
            from: self.from.clone(),
            runs: self.runs,
            seed: self.seed,
            write: self.write,
            export_markdown: self.export_markdown.clone(),
            export_json: self.export_json.clone(),
            scripted: self.scripted.clone(),
        }
    }
}
