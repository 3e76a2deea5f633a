//! What may be typed after `cargo xtask compare`.

use std::path::PathBuf;
use std::time::Duration;

use catalog::Sweep;
use clap::{Args, ValueEnum, value_parser};
use compare::baseline::{self, Baselines};
use compare::{Request, Wish};
use launch::Builds;
use protocol::Rate;
use report::limit;
use schedule::MOST_BLOCKS;
use verdict::Margin;

use super::exports::ExportArgs;
use super::shard::ShardArgs;
use super::sizes::SizeArgs;
use super::values::{time, wish};

/// What is stored with a comparison: `--resume` reads it there, so that all blocks are of one plan.
/// Names of fields, as clap calls them; a test finds a flag that is not sorted in.
const STORED: [&str; 17] = [
    "workloads",
    "rates",
    "params",
    "models",
    "reference",
    "predict",
    "profile",
    "runs",
    "max_time",
    "precision",
    "keep_disturbed",
    "seed",
    "workers",
    "in_flight",
    "time_limit",
    "placement",
    "switch_interval_us",
];

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Names of workloads, paths of workload files, or folders of own work; the profile chooses where none is given
    #[arg(value_name = "WORKLOAD|FILE")]
    workloads: Vec<String>,
    /// Variants to run, such as `threads/*`; may be repeated
    #[arg(long = "model", value_name = "GLOB")]
    pub(super) models: Vec<String>,
    /// The variant that all others are compared with [default: the one marked as reference]
    #[arg(long, value_name = "VARIANT")]
    reference: Option<String>,
    /// Predict first, and measure only those that predictions do not tell apart from the best, and the reference
    #[arg(long, conflicts_with_all = ["shard", "scripted", "baseline"])]
    predict: bool,
    /// How thorough to be
    #[arg(long, value_enum, default_value = "quick")]
    profile: Profile,
    /// Measure this many rounds (each runs every variant once), instead of the profile's number
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_BLOCKS))]
    runs: Option<u64>,
    /// Start no round after this time, such as `2m`
    #[arg(long, value_name = "TIME", value_parser = time)]
    max_time: Option<Duration>,
    /// Measure until every interval is within this half-width, such as `2%`; `off` measures the
    /// profile's number of rounds [default: 2%]
    #[arg(long, value_name = "PERCENT", value_parser = wish, conflicts_with = "runs")]
    precision: Option<Wish>,
    /// Let rounds count that other processes or a slower processor disturbed, instead of measuring them again
    #[arg(long)]
    keep_disturbed: bool,
    /// Send tasks at a fixed rate (open loop), once for each of these rates, such as `500,1000` a second
    #[arg(long = "rate", value_name = "RATE", value_delimiter = ',')]
    rates: Vec<Rate>,
    /// Sweep a parameter, such as `in_flight=1,4,16,64`: once for each value; a second one multiplies
    #[arg(short = 'L', long = "param", value_name = "KEY=V,…")]
    params: Vec<Sweep>,
    /// Seed of the random order of runs; without it one is drawn and stored
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Continue an interrupted comparison: its folder, or the newest
    #[arg(
        long,
        value_name = "RUN",
        num_args = 0..=1,
        default_missing_value = "latest",
        conflicts_with_all = STORED
    )]
    pub(super) resume: Option<String>,
    #[command(flatten)]
    pub(super) sizes: SizeArgs,
    /// Show the settings of every variant, as they took effect
    #[arg(long)]
    knobs: bool,
    /// Show every table and column, of smoke too, and each note at its table
    #[arg(long)]
    verbose: bool,
    #[command(flatten)]
    exports: ExportArgs,
    #[command(flatten)]
    baselines: BaselineArgs,
    /// Build nothing: run the programs that an earlier comparison built here, such as in a checkout that hosts share
    #[arg(long)]
    no_build: bool,
    #[command(flatten)]
    shard: ShardArgs,
    /// Play a script instead of running programs: for tests of this tool
    #[arg(long, value_name = "FILE", hide = true)]
    scripted: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Profile {
    /// One round of small runs: checks the answers and measures nothing
    Smoke,
    /// A few workloads and variants, 12 rounds: about two minutes
    Quick,
    /// Everything, 30 rounds or 10 minutes
    Standard,
    /// Everything, 60 rounds or an hour
    Rigorous,
}

#[derive(Clone, Debug, Args)]
struct BaselineArgs {
    /// Keep the results under this name, for a later `--baseline`
    #[arg(long, value_name = "NAME", value_parser = baseline::name)]
    save_baseline: Option<String>,
    /// Show what changed since the results of this name, and exit with 3 at a regression
    #[arg(long, value_name = "NAME", value_parser = baseline::name)]
    baseline: Option<String>,
    /// The slow-down that counts as a regression where the whole 95 % interval lies beyond it
    #[arg(long, value_name = "PERCENT", value_parser = limit::limit, default_value = limit::DEFAULT)]
    max_regression: Margin,
    /// Compare with the baseline even if it is of another machine
    #[arg(long, requires = "baseline")]
    force: bool,
}

impl CompareArgs {
    /// What is asked of the comparison.
    pub(crate) fn request(&self) -> Request {
        Request {
            workloads: self.workloads.clone(),
            models: self.models.clone(),
            reference: self.reference.clone(),
            predict: self.predict,
            // The profile of `results` is stored in files and derives no clap trait, so that reading a
            // stored comparison does not link the parser of the command line.
            profile: match self.profile {
                Profile::Smoke => results::Profile::Smoke,
                Profile::Quick => results::Profile::Quick,
                Profile::Standard => results::Profile::Standard,
                Profile::Rigorous => results::Profile::Rigorous,
            },
            runs: self.runs,
            max_time: self.max_time,
            precision: self.precision,
            keep_disturbed: self.keep_disturbed,
            rates: self.rates.clone(),
            params: self.params.clone(),
            seed: self.seed,
            resume: self.resume.clone(),
            sizes: self.sizes.sizes(),
            knobs: self.knobs,
            verbose: self.verbose,
            exports: self.exports.0.clone(),
            baselines: Baselines {
                save_baseline: self.baselines.save_baseline.clone(),
                baseline: self.baselines.baseline.clone(),
                max_regression: self.baselines.max_regression,
                force: self.baselines.force,
            },
            builds: if self.no_build {
                Builds::Found
            } else {
                Builds::Made
            },
            shard: self.shard.wish(),
            scripted: self.scripted.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exports::exporters;
    use clap::Command;

    #[test]
    fn every_flag_is_stored_or_may_differ_when_a_comparison_goes_on() {
        let exports = exporters().map(|format| format.flag);
        let free: Vec<&str> = ["resume", "postgres", "knobs", "verbose", "scripted"]
            .into_iter()
            .chain(["save_baseline", "baseline", "max_regression", "force"])
            .chain(["no_build", "shard", "out"])
            .chain(exports)
            .collect();
        let command = CompareArgs::augment_args(Command::new("compare"));
        let flags: Vec<&str> = command
            .get_arguments()
            .map(|argument| argument.get_id().as_str())
            .collect();
        for flag in &flags {
            let lists = (STORED.contains(flag), free.contains(flag));
            assert!(matches!(lists, (true, false) | (false, true)), "{flag}");
        }
        assert_eq!(flags.len(), STORED.len() + free.len());
    }
}
