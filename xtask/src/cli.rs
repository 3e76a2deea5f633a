//! The command line: what may be typed. What it means is left to the commands.

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
use crate::schedule::Profile;

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
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=100_000))]
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
    #[arg(long, value_name = "URL", value_parser = postgres_url)]
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

fn wish(text: &str) -> Result<Wish, String> {
    if text == "off" {
        return Ok(Wish::Off);
    }
    let percent = text.strip_suffix('%').and_then(|n| n.trim().parse().ok());
    let within = percent.filter(|percent: &f64| (0.01..=100.0).contains(percent));
    let precision = within.and_then(|percent| Precision::new(percent / 100.0).ok());
    let expected = || "a percentage from 0.01% to 100%, such as `2%`, or `off`".to_owned();
    precision.map(Wish::Within).ok_or_else(expected)
}

/// What else is wrong with it is told by whoever connects.
fn postgres_url(text: &str) -> Result<String, String> {
    let is_one = text.starts_with("postgres://") || text.starts_with("postgresql://");
    match is_one && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err("a URL such as `postgres://user:password@host:port/database`".to_owned()),
    }
}

/// The URL of a server, for everybody to see.
pub(crate) fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let Some((who, place)) = rest.rsplit_once('@') else {
        return url.to_owned();
    };
    let user = who.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{place}")
}

fn switch_interval(text: &str) -> Result<u64, String> {
    let units = [("us", 1), ("µs", 1), ("ms", 1000), ("s", 1_000_000)];
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = units.iter().find(|(name, _)| *name == unit);
    let number = number.parse::<u64>().ok();
    let micros = number
        .zip(scale)
        .and_then(|(number, (_, by))| number.checked_mul(*by));
    match micros {
        Some(micros) if (1..=60_000_000).contains(&micros) => Ok(micros),
        _ => Err("a whole number and us, ms or s, from 1us to 60s, such as `5ms`".to_owned()),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, scale)| *scale);
    let ms = number
        .parse::<u64>()
        .ok()
        .zip(scale)
        .and_then(|(number, by)| number.checked_mul(by));
    match ms {
        Some(ms) if (1..=7 * 24 * 3_600_000).contains(&ms) => Ok(Duration::from_millis(ms)),
        _ => Err("a whole number and ms, s, m or h, up to 168h, such as `30s`".to_owned()),
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
    fn precisions_are_percentages() {
        let two = Precision::new(0.02).unwrap();
        assert_eq!(wish("2%"), Ok(Wish::Within(two)));
        assert_eq!(wish("off"), Ok(Wish::Off));
        for bad in ["", "2", "0%", "-1%", "101%", "NaN%", "two%"] {
            assert!(wish(bad).is_err(), "{bad}");
        }
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

    #[test]
    fn a_server_is_a_url_and_its_password_is_not_shown() {
        let shown = without_password("postgres://me:p:s@h:1/db");
        assert_eq!(shown, "postgres://me@h:1/db");
        assert_eq!(without_password("postgres://h/db"), "postgres://h/db");
        assert!(postgres_url("postgresql://me@h/db").is_ok());
        assert!(postgres_url("localhost").is_err());
    }

    #[test]
    fn switch_intervals_are_at_least_a_microsecond() {
        assert_eq!(switch_interval("5ms"), Ok(5000));
        assert_eq!(switch_interval("100us"), Ok(100));
        assert_eq!(switch_interval("1µs"), Ok(1));
        for bad in ["", "5", "0us", "1ns", "61s", "-1us", "1.5ms"] {
            assert!(switch_interval(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_a_unit_and_an_end() {
        assert_eq!(time("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(time("50ms"), Ok(Duration::from_millis(50)));
        for bad in [
            "",
            "5",
            "s",
            "0s",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "200h",
            "5 s",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
