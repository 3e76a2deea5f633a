//! What may be typed after `cargo xtask ab`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint, value_parser};
use report::limit;
use schedule::MOST_BLOCKS;
use verdict::Margin;

use super::exports::PageArgs;
use super::sizes::SizeArgs;

#[derive(Debug, Args)]
pub(crate) struct AbArgs {
    /// Names of workloads, or paths of workload files [default: those marked as gate]
    #[arg(value_name = "WORKLOAD|FILE")]
    workloads: Vec<String>,
    /// The revision that is compared with, such as `origin/main`
    #[arg(long, value_name = "REV", required_unless_present = "scripted")]
    base: Option<String>,
    /// The revision that is checked [default: the working tree as it is]
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// Variants to run; may be repeated [default: those marked as gate]
    #[arg(long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// The slow-down that counts as a regression where the whole 95 % interval lies beyond it
    #[arg(long, value_name = "PERCENT", value_parser = limit::limit, default_value = limit::DEFAULT)]
    max_regression: Margin,
    /// What is measured
    #[arg(long, value_enum, default_value = "time")]
    meter: Meter,
    /// Rounds of each pass [default: 15 to 60, until intervals are within half the limit]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_BLOCKS))]
    runs: Option<u64>,
    /// Seed of the random order of runs; without it one is drawn
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    pub(super) sizes: SizeArgs,
    /// Write the table for a pull request too, or instead where this is `-`
    #[arg(long, value_name = "FILE|-")]
    export_markdown: Option<PathBuf>,
    #[command(flatten)]
    page: PageArgs,
    /// Play a script instead of running programs: for tests of this tool
    #[arg(long, value_name = "FILE", hide = true)]
    scripted: Option<PathBuf>,
    /// Gate another repository: its checkout, with its models and, where it has any, its workloads
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    repository: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Meter {
    /// Time per task, side by side; CPU per task at a fixed rate
    Time,
    /// Instructions, counted by callgrind: they show computation, but not waiting
    Instructions,
}

impl AbArgs {
    /// What is asked about the two revisions.
    pub(crate) fn request(&self) -> ab::Request {
        ab::Request {
            workloads: self.workloads.clone(),
            base: self.base.clone(),
            head: self.head.clone(),
            models: self.models.clone(),
            max_regression: self.max_regression,
            meter: match self.meter {
                Meter::Time => ab::Meter::Time,
                Meter::Instructions => ab::Meter::Instructions,
            },
            runs: self.runs,
            seed: self.seed,
            sizes: self.sizes.sizes(),
            export_markdown: self.export_markdown.clone(),
            export_html: self.page.export(),
            scripted: self.scripted.clone(),
            repository: self.repository.clone(),
        }
    }
}
