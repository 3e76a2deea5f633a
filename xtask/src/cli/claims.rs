//! What may be typed after `cargo xtask claims`.

use std::path::PathBuf;

use clap::{Args, value_parser};

use super::exports::PageArgs;

#[derive(Debug, Args)]
pub(crate) struct ClaimsArgs {
    /// Numbers of claims, such as `C4`; all of them where none is given
    #[arg(value_name = "CLAIM")]
    claims: Vec<String>,
    /// Judge what was measured before: a folder, its name, or `latest`
    #[arg(long, value_name = "RUN", conflicts_with_all = ["runs", "seed", "scripted", "dry_run"])]
    from: Option<String>,
    /// So many rounds of every load; without it 6, and up to 24 of loads whose figures are wider than ±8 %
    ///
    /// Intervals need 6 rounds, and the crossover of C23 needs 8. Without this option no further round begins once all runs have taken 11 minutes, but that rounds which other processes disturb are measured again for up to twice that time.
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1000))]
    runs: Option<u64>,
    /// Seed of the random order of runs; without it one is drawn
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Tell how many runs there would be, how long they take and which loads take longest, and measure nothing
    #[arg(long, conflicts_with_all = ["write", "export_markdown", "export_json", "export_html"])]
    dry_run: bool,
    /// Write `docs/CLAIMS.md` anew, with the pictures in `docs/figures`
    #[arg(long, conflicts_with_all = ["claims", "scripted"])]
    write: bool,
    /// Write the page to a file too, or to standard output instead of the tables where it is `-`
    #[arg(long, value_name = "FILE|-")]
    export_markdown: Option<PathBuf>,
    /// Write every figure and verdict to a file too, or to standard output instead where it is `-`
    #[arg(long, value_name = "FILE|-")]
    export_json: Option<PathBuf>,
    #[command(flatten)]
    page: PageArgs,
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
            dry_run: self.dry_run,
            write: self.write,
            draw: page::part_file,
            export_markdown: self.export_markdown.clone(),
            export_json: self.export_json.clone(),
            export_html: self.page.export(),
            scripted: self.scripted.clone(),
        }
    }
}
