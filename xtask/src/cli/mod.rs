//! The command line: what may be typed, and what it asks of the commands.

mod ab;
mod claims;
mod compare;
mod conformance;
mod exports;
mod sizes;
mod trust;
mod values;

use std::path::PathBuf;

use catalog::Workspace;
use clap::{Args, Parser, Subcommand, value_parser};
use terminal::Usage;

pub(crate) use ab::AbArgs;
pub(crate) use claims::ClaimsArgs;
pub(crate) use compare::CompareArgs;
pub(crate) use conformance::ConformanceArgs;
use exports::ExportArgs;
use sizes::SizeArgs;
pub(crate) use trust::TrustArgs;

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
    /// Checks the URL of a server. The parser does not, because it quotes a value that it refuses, and
    /// this one may hold a password.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let sizes = match &self.command {
            Command::Run(args) => &args.sizes,
            Command::Compare(args) => &args.sizes,
            Command::Ab(args) => &args.sizes,
            _ => return Ok(()),
        };
        match &sizes.postgres {
            Some(url) => launch::check_postgres_url(url).map_err(Usage::error),
            None => Ok(()),
        }
    }
}

/// Folders besides those of the checkout: for tests, and for models that live elsewhere.
#[derive(Debug, Args)]
pub(crate) struct Places {
    /// A folder with a `model.toml`, or whose sub-folders have one
    #[arg(long = "models", value_name = "DIR", global = true, hide = true)]
    pub(crate) more_models: Vec<PathBuf>,
    /// Where comparisons are kept, instead of `compare` in cargo's target folder
    #[arg(long, value_name = "DIR", global = true, hide = true)]
    pub(crate) results: Option<PathBuf>,
}

impl Places {
    /// The checkout that is meant, with these places.
    pub(crate) fn workspace(&self) -> anyhow::Result<Workspace> {
        Workspace::find(self.results.as_deref(), &self.more_models)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the models and the workloads that there are
    List,
    /// Do one run by hand
    Run(RunArgs),
    /// Run workloads under models and compare what they cost
    Compare(CompareArgs),
    /// Measure how often the verdicts of `compare` are wrong, and how often they miss a difference
    Trust(TrustArgs),
    /// Print a stored comparison again, and export it
    Report(ReportArgs),
    /// Check that a revision is no slower than another: both are built and run side by side
    Ab(AbArgs),
    /// Test common claims about Python's concurrency, in CPython, in Rust, and in Rust under an emulated GIL
    Claims(ClaimsArgs),
    /// Check that a model's program keeps the run protocol, rule by rule
    Conformance(ConformanceArgs),
    /// Show two stored comparisons side by side
    Diff(DiffArgs),
    /// Explain a workload, a model, a figure of the report or a claim
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
    /// Check the source tree against what the documents promise
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
    pub(crate) sizes: SizeArgs,
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
pub(crate) struct DiffArgs {
    /// The folder of a comparison, its name among the results, `latest`, or a saved baseline
    pub(crate) first: String,
    /// What is compared with it
    pub(crate) second: String,
    /// Compare them even if they are of two machines
    #[arg(long)]
    pub(crate) force: bool,
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
    pub(crate) exports: ExportArgs,
    /// Print the schema of `run.json` instead
    #[arg(long, hide = true)]
    pub(crate) schema: bool,
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
