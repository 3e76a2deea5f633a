//! The command line: what may be typed, and what it asks of the commands.

mod ab;
mod campaign;
mod claims;
mod compare;
mod conformance;
#[cfg(test)]
mod documents_test;
mod exit_codes;
mod exports;
mod figures;
mod find_rate;
#[cfg(test)]
mod guide_test;
mod history;
mod merge;
mod names;
mod pictures;
mod predict;
mod shard;
mod site;
mod sizes;
mod test;
mod trace;
mod trust;
#[cfg(test)]
mod typed_test;
mod values;

use std::path::PathBuf;

use catalog::Workspace;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueHint, value_parser};
use clap_complete::Shell;
use terminal::progress::{self, Visibility};
use terminal::{output, shown};

use crate::checkout;

pub(crate) use ab::AbArgs;
pub(crate) use campaign::{Asked, CampaignArgs};
pub(crate) use claims::ClaimsArgs;
pub(crate) use compare::CompareArgs;
pub(crate) use conformance::ConformanceArgs;
use exports::{ExportArgs, PageArgs};
pub(crate) use figures::FIGURE_FLAG;
use figures::FigureArgs;
pub(crate) use find_rate::FindRateArgs;
pub(crate) use history::HistoryArgs;
pub(crate) use merge::MergeArgs;
pub(crate) use names::Names;
use pictures::PictureArgs;
pub(crate) use pictures::Plotted;
pub(crate) use predict::{AskedToPredict, CalibrateArgs, PredictArgs};
pub(crate) use site::SiteArgs;
use sizes::SizeArgs;
pub(crate) use test::TestArgs;
pub(crate) use trace::TraceArgs;
pub(crate) use trust::TrustArgs;

/// Runs the same work under every model, and says what each costs.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    after_help = exit_codes::help()
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) places: Places,
    #[command(flatten)]
    pub(crate) talk: Talk,
    #[command(flatten)]
    pub(crate) pictures: PictureArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Checks what the parser does not.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        match &self.command {
            Command::Run(args) => args.sizes.check(),
            Command::Compare(args) => args.sizes.check(),
            Command::Ab(args) => args.sizes.check(),
            Command::Trace(args) => args.sizes.check(),
            Command::FindRate(args) => args.sizes.check(),
            _ => Ok(()),
        }
    }
}

/// Folders besides those of the checkout: for models that live elsewhere, and for tests.
#[derive(Debug, Args)]
#[command(next_help_heading = "Folders")]
pub(crate) struct Places {
    /// Models of another repository too: a folder with a `model.toml`, or whose sub-folders have one;
    /// may be repeated
    #[arg(long = "models", value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(crate) more_models: Vec<PathBuf>,
    /// Where results are kept, instead of `compare` in cargo's target folder
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(crate) results: Option<PathBuf>,
}

/// What is said on standard error beside errors and warnings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub(crate) struct Talk {
    /// Show no progress: neither the bar of a terminal nor the lines elsewhere
    #[arg(long, global = true)]
    no_progress: bool,
    /// Print results, warnings and errors only
    #[arg(long, short, global = true)]
    quiet: bool,
}

impl Talk {
    /// Takes effect for the whole process.
    pub(crate) fn begin(&self) {
        let is_hidden = self.no_progress || self.quiet;
        progress::begin(if is_hidden {
            Visibility::Hidden
        } else {
            Visibility::Shown
        });
        if self.quiet {
            output::be_quiet();
        }
    }
}

impl Places {
    /// What is typed so that another call has these places too, whatever folder it is typed in.
    pub(crate) fn words(&self) -> Vec<String> {
        let models = self.more_models.iter().map(|folder| ("--models", folder));
        let results = self.results.iter().map(|folder| ("--results", folder));
        models
            .chain(results)
            .flat_map(|(flag, folder)| {
                let place = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
                [flag.to_owned(), place.display().to_string()]
            })
            .collect()
    }

    /// The checkout that is meant, with these places.
    pub(crate) fn workspace(&self) -> anyhow::Result<Workspace> {
        checkout::find(self.results.as_deref(), &self.more_models)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the models and the workloads
    List,
    /// Do one run by hand
    Run(RunArgs),
    /// Record one run, and show who ran when: lanes, threads and locks over time
    Trace(TraceArgs),
    /// Run workloads under models and compare what they cost
    #[command(after_help = exit_codes::help())]
    Compare(CompareArgs),
    /// Find the highest rate at which variants keep a condition, such as `p99<50ms`, and what limits them
    #[command(after_help = exit_codes::help())]
    FindRate(FindRateArgs),
    /// Measure this machine for predictions: some minutes of short runs, which can be interrupted
    Calibrate(CalibrateArgs),
    /// Predict what a workload would come to under each variant, without running it
    Predict(PredictArgs),
    /// Put the shards of a campaign over several hosts together into one comparison
    Merge(MergeArgs),
    /// Plan, submit, watch and collect a comparison over several hosts
    Campaign(CampaignArgs),
    /// Make a package of own work: code of yours, which `compare` builds into every model
    NewWork {
        /// The folder, which is made: its name is the package's and the workload's
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
    /// Measure how often the verdicts of `compare` are wrong, and how often they miss a difference
    Trust(TrustArgs),
    /// Print a saved result again, and export it
    Report(ReportArgs),
    /// Check that a revision is no slower than another: both are built and run side by side
    #[command(after_help = exit_codes::help())]
    Ab(AbArgs),
    /// Test common statements about Python's concurrency on this machine, in CPython, in Rust, and in Rust under an emulated GIL
    Claims(ClaimsArgs),
    /// Check that a model's program keeps the run protocol, rule by rule
    Conformance(ConformanceArgs),
    /// Show two saved results side by side
    Diff(DiffArgs),
    /// Show how ratios changed over many saved results, such as those of every night
    History(HistoryArgs),
    /// Write the documents, the claims and the latest result as a folder of static pages
    Site(SiteArgs),
    /// Explain a word or sign of the report, a workload, a model or a claim
    Explain {
        /// A name, such as `p99`, `round`, `http` or `threads/pool`; all of them where none is given
        #[arg(value_name = "NAME", allow_hyphen_values = true)]
        name: Option<String>,
    },
    /// Check that this machine can run everything, and clean up after a tool that was killed
    Doctor,
    /// Run the criterion suites of one model, or of all
    Bench {
        /// The model, such as `threads`; all of them where none is named
        model: Option<String>,
    },
    /// Run every check of the project: formatting, lints, documents, programs, tests
    Test(TestArgs),
    /// Check the source tree against what the documents promise
    Tidy {
        /// Write the generated parts anew
        #[arg(long)]
        fix: bool,
    },
    /// Run what continuous integration runs
    Ci,
    /// Print a script that completes commands, flags and names in a shell
    Completions {
        /// The shell; in bash: `source <(cargo xtask completions bash)`
        shell: Shell,
    },
    /// Print the manual page, or write a page for each command
    Man {
        /// The folder to write the pages to
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
}

/// What the parser says of wrong usage, with what was typed made visible.
pub(crate) fn in_words(mut error: clap::Error) -> String {
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(shown(text)))),
            ContextValue::Strings(texts) => {
                let all = texts.iter().map(|text| shown(text)).collect();
                Some((kind, ContextValue::Strings(all)))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        let typed = error.insert(kind, value);
        // A tip quotes what was typed, too, and is a text that cannot be taken apart.
        if typed.as_ref() != error.get(kind) {
            error.remove(ContextKind::Suggested);
        }
    }
    error.render().to_string().trim_end().to_owned()
}

/// The command line as the program `xtask`, with these names as proposals for arguments.
pub(crate) fn command_with(names: &Names) -> clap::Command {
    names::proposed(Cli::command().name("xtask"), names)
}

/// The command line as manual pages describe it: pages are named after the program, whose commands are
/// typed after `cargo`.
pub(crate) fn command_for_pages() -> clap::Command {
    Cli::command().name("xtask")
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
    /// Pause it with all tasks open, and read the memory of all its processes
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
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The folder of a comparison, its name among the results, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,
    /// Show the settings of every variant, as they took effect
    #[arg(long)]
    pub(crate) knobs: bool,
    /// Show every table and column, of smoke too, and each note at its table
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Draw this instead of the tables, in characters; several with commas
    #[arg(long = "plot", value_name = "KIND", value_enum, value_delimiter = ',')]
    pub(crate) plots: Vec<Plotted>,
    /// Write the page beside the results, and open it in the browser
    #[arg(long)]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    #[command(flatten)]
    pub(crate) figures: FigureArgs,
    /// Print the schema of `run.json` instead
    #[arg(long, hide = true)]
    pub(crate) schema: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

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
