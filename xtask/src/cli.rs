//! The command line: what may be typed. What it means is left to the commands.

mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, value_parser};
use protocol::Rate;
use verdict::stopping::Precision;

use crate::ab::AbArgs;
use crate::baseline::Baselines;
use crate::claims::ClaimsArgs;
use crate::diff::DiffArgs;
use crate::export::Exports;
use crate::launch::{Placement, machine};
use crate::params::Sweep;
use crate::schedule::{MOST_BLOCKS, Profile};
pub(crate) use values::without_password;
use values::{check_postgres_url, switch_interval, time, wish};

/// A run that takes longer will not end.
pub(crate) const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(30);

/// CPython's own.
pub(crate) const DEFAULT_SWITCH_INTERVAL_US: u64 = 5000;

/// Runs the same work under every model, and says what each costs.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) places: Places,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// What is not checked by the parser, which quotes what it refuses.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let sizes = match &self.command {
            Command::Run(args) => &args.sizes,
            Command::Compare(args) => &args.sizes,
            Command::Ab(args) => &args.sizes,
            _ => return Ok(()),
        };
        let url = sizes.postgres.as_deref();
        url.map_or(Ok(()), |url| check_postgres_url(url).map_err(Usage::error))
    }
}

/// Where else to look, and to write: for tests, and for models that live elsewhere.
#[derive(Debug, Args)]
pub(crate) struct Places {
    /// A folder with a `model.toml`, or whose sub-folders have one
    #[arg(long = "models", value_name = "DIR", global = true, hide = true)]
    pub(crate) more_models: Vec<PathBuf>,
    /// Where comparisons are kept, instead of `compare` in cargo's target folder
    #[arg(long, value_name = "DIR", global = true, hide = true)]
    pub(crate) results: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the models and the workloads that there are
    List,
    /// Do one run by hand
    Run(RunArgs),
    /// Run workloads under models, and compare what they cost
    Compare(CompareArgs),
    /// Measure how often the verdicts of `compare` are wrong, and what they miss
    Trust(TrustArgs),
    /// Show a stored comparison once more, and export it
    Report(ReportArgs),
    /// Check that a revision is no slower than another: both are built, and run side by side
    Ab(AbArgs),
    /// Try the claims of the notes, in CPython, in Rust, and in Rust under an interpreter lock
    Claims(ClaimsArgs),
    /// Show two stored comparisons side by side
    Diff(DiffArgs),
    /// Say what a workload, a model or a figure of the report is
    Explain {
        /// A name, such as `http`, `threads/pool` or `p99`; all of them where none is given
        #[arg(value_name = "WORKLOAD|MODEL|METRIC", allow_hyphen_values = true)]
        name: Option<String>,
    },
    /// Check that this machine can run everything, and clean up after a tool that was killed
    Doctor,
    /// Run the criterion suites of one model, or of all
    Bench {
        /// The model, such as `threads`; all of them where none is named
        model: Option<String>,
    },
    /// Run every test of the project
    Test,
    /// Check what the documents promise
    Tidy {
        /// Write the generated parts anew
        #[arg(long)]
        fix: bool,
    },
    /// Run what continuous integration runs
    Ci,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The variant, such as `threads/pool`
    pub(crate) variant: String,
    /// A workload's name, or the path of a workload file
    pub(crate) workload: String,
    #[command(flatten)]
    pub(crate) sizes: Sizes,
    /// Run only the first so many tasks
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub(crate) tasks: Option<u64>,
    /// Stop at barriers, and read the memory of all its processes there
    #[arg(long)]
    pub(crate) memory: bool,
    /// Print the messages of the run as they were
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Names of workloads, or paths of workload files; the profile chooses where none is given
    #[arg(value_name = "WORKLOAD|FILE")]
    pub(crate) workloads: Vec<String>,
    /// Variants to run, such as `threads/*`; may be repeated
    #[arg(long = "model", value_name = "GLOB")]
    pub(crate) models: Vec<String>,
    /// The variant that all others are compared with [default: threads/pool]
    #[arg(long, value_name = "VARIANT")]
    pub(crate) reference: Option<String>,
    /// How thorough to be
    #[arg(long, value_enum, default_value = "quick")]
    pub(crate) profile: Profile,
    /// Measure this many blocks, instead of the profile's
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_BLOCKS))]
    pub(crate) runs: Option<u64>,
    /// Begin no further block after this time, such as `2m`
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) max_time: Option<Duration>,
    /// Measure until every interval is this narrow, such as `2%`, or `off` for the profile's blocks
    /// [default: 2%]
    #[arg(long, value_name = "PERCENT", value_parser = wish, conflicts_with = "runs")]
    pub(crate) precision: Option<Wish>,
    /// Make every workload an open loop, once for each of these rates, such as `500,1000` a second
    #[arg(long = "rate", value_name = "RATE", value_delimiter = ',')]
    pub(crate) rates: Vec<Rate>,
    /// Sweep a parameter, such as `in_flight=1,4,16,64`: once for each value; a second one multiplies
    #[arg(short = 'L', long = "param", value_name = "KEY=V,…")]
    pub(crate) params: Vec<Sweep>,
    /// Seed of the order of runs; drawn where none is given, and kept
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Go on with an interrupted comparison: its folder, or the newest
    #[arg(
        long,
        value_name = "RUN",
        num_args = 0..=1,
        default_missing_value = "latest",
        conflicts_with_all = [
            "workloads", "rates", "params", "models", "reference", "profile", "runs", "max_time", "precision", "seed",
            "workers", "in_flight", "time_limit", "placement", "switch_interval_us",
        ]
    )]
    pub(crate) resume: Option<String>,
    #[command(flatten)]
    pub(crate) sizes: Sizes,
    /// Show the settings of every variant, as they took effect
    #[arg(long)]
    pub(crate) knobs: bool,
    #[command(flatten)]
    pub(crate) exports: Exports,
    #[command(flatten)]
    pub(crate) baselines: Baselines,
    /// Play a script instead of running programs: for tests of this tool
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) scripted: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The folder of a comparison, its name among the results, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,
    /// Show the settings of every variant, as they took effect
    #[arg(long)]
    pub(crate) knobs: bool,
    #[command(flatten)]
    pub(crate) exports: Exports,
    /// Print the schema of `run.json` instead
    #[arg(long, hide = true)]
    pub(crate) schema: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// Comparisons a setting [default: 2000, and 40 with --real]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1_000_000))]
    pub(crate) comparisons: Option<u64>,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Compare real programs on this machine, and go on where an earlier call ended
    #[arg(long)]
    pub(crate) real: bool,
    /// Blocks of each real comparison
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = value_parser!(u64).range(6..=1000))]
    pub(crate) blocks: u64,
    /// Write the figures to a file too, or to standard output instead of the tables where it is `-`
    #[arg(long, value_name = "FILE|-")]
    pub(crate) export_json: Option<PathBuf>,
}

/// How large a run is.
#[derive(Debug, Args)]
pub(crate) struct Sizes {
    /// Threads or processes that compute [default: the processors]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1024))]
    pub(crate) workers: Option<u64>,
    /// Tasks under way at once, instead of the workload's
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=100_000))]
    pub(crate) in_flight: Option<u64>,
    /// Where a model's processes may run; its services stay free
    #[arg(long, value_enum, default_value = "free")]
    pub(crate) placement: Placement,
    /// A PostgreSQL server that is there already, `postgres://user:password@host:port/database`,
    /// instead of one that is made for this
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// After this a thread that waits for an interpreter lock asks for it, in `+gil` variants
    #[arg(
        long = "switch-interval", value_name = "TIME", default_value = "5ms",
        value_parser = switch_interval
    )]
    pub(crate) switch_interval_us: u64,
    /// End a run that takes longer
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    pub(crate) time_limit: Duration,
}

impl Sizes {
    /// One processor does not need two workers, unless they are asked for.
    pub(crate) fn workers(&self) -> u64 {
        self.workers.unwrap_or_else(|| match self.placement {
            Placement::Free => machine::processors(),
            Placement::OneCpu => 1,
        })
    }
}

/// How narrow intervals are to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wish {
    Off,
    Within(Precision),
}

/// What was typed is wrong in a way that only a look at the models or workloads shows.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

impl Usage {
    /// An error that ends the tool with the code for wrong usage.
    pub(crate) fn error(problem: impl std::fmt::Display) -> anyhow::Error {
        Usage(problem.to_string()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn folders_of_models_and_globs_do_not_get_into_each_others_way() {
        let typed = [
            "xtask",
            "compare",
            "--model",
            "threads/*",
            "--models",
            "/tmp",
        ];
        let cli = Cli::try_parse_from(typed).unwrap();
        assert_eq!(cli.places.more_models, [PathBuf::from("/tmp")]);
        assert!(matches!(cli.command, Command::Compare(args) if args.models == ["threads/*"]));
    }

    #[test]
    fn a_comparison_to_go_on_with_is_the_newest_unless_named() {
        let resume = |typed: &[&str]| {
            let words = ["xtask", "compare"].iter().chain(typed);
            match Cli::try_parse_from(words).unwrap().command {
                Command::Compare(args) => args.resume,
                _ => None,
            }
        };
        assert_eq!(resume(&["--resume"]).as_deref(), Some("latest"));
        assert_eq!(resume(&["--resume", "x"]).as_deref(), Some("x"));
        assert_eq!(resume(&["http"]), None);
    }
}
