//! What may be typed after `cargo xtask campaign`.

use std::path::PathBuf;

use campaign::{CollectRequest, Format, PlanRequest, SubmitRequest};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use terminal::output;

#[derive(Debug, Args)]
pub(crate) struct CampaignArgs {
    #[command(subcommand)]
    pub(crate) step: Step,
}

/// What is done with a campaign.
#[derive(Debug, Subcommand)]
pub(crate) enum Step {
    /// Print the shards, the units and about how long they take, or what makes a scheduler carry them out
    Plan {
        #[command(flatten)]
        which: Which,
        /// The scheduler whose scripts, manifest or workflow is printed
        #[arg(long, value_enum)]
        format: Option<Typed>,
        /// Write the file that the image of a manifest is made from
        #[arg(long, value_name = "FILE", requires = "format", value_hint = ValueHint::FilePath)]
        container: Option<PathBuf>,
    },
    /// Build everything, and submit the shards that nobody does yet to Slurm, and a job that collects them
    Submit {
        #[command(flatten)]
        which: Which,
        /// Print what would be submitted, and build and submit nothing
        #[arg(long)]
        dry_run: bool,
        /// Build nothing: check that an earlier comparison built everything here
        #[arg(long, conflicts_with = "dry_run")]
        no_build: bool,
    },
    /// Say which shards are done, run, wait or are missing
    Status {
        #[command(flatten)]
        which: Which,
    },
    /// Merge the shards of each kind of hosts
    Collect {
        #[command(flatten)]
        which: Which,
        /// Merge what there is, even if shards are missing
        #[arg(long)]
        partial: bool,
        /// Count every node as a host, even where several are one machine: for tests of this tool
        #[arg(long)]
        nodes_are_hosts: bool,
        /// Show every table and column, and each note at its table
        #[arg(long)]
        verbose: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The file of the campaign, or the folder that it lies in as `campaign.toml`: all shards are kept beside it
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    campaign: PathBuf,
}

/// A scheduler, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Typed {
    /// Scripts for `sbatch`: what `submit` uses
    Slurm,
    /// A manifest with an indexed Job for each kind of hosts
    Kubernetes,
    /// A workflow of GitHub Actions
    Github,
}

/// What is asked of a campaign.
pub(crate) enum Asked {
    Plan(PlanRequest),
    Submit(SubmitRequest),
    Status(PathBuf),
    Collect(CollectRequest),
}

impl CampaignArgs {
    /// What is asked for.
    pub(crate) fn asked(&self) -> Asked {
        match &self.step {
            Step::Plan {
                which,
                format,
                container,
            } => Asked::Plan(PlanRequest {
                campaign: which.campaign.clone(),
                format: format.map(format_of),
                container: container.clone(),
            }),
            Step::Submit {
                which,
                dry_run,
                no_build,
            } => Asked::Submit(SubmitRequest {
                campaign: which.campaign.clone(),
                dry_run: *dry_run,
                no_build: *no_build,
            }),
            Step::Status { which } => Asked::Status(which.campaign.clone()),
            Step::Collect {
                which,
                partial,
                nodes_are_hosts,
                verbose,
            } => Asked::Collect(CollectRequest {
                campaign: which.campaign.clone(),
                partial: *partial,
                by_node: *nodes_are_hosts,
                style: terminal::Style {
                    verbose: *verbose,
                    ..output::style(false)
                },
            }),
        }
    }
}

fn format_of(typed: Typed) -> Format {
    match typed {
        Typed::Slurm => Format::Slurm,
        Typed::Kubernetes => Format::Kubernetes,
        Typed::Github => Format::Github,
    }
}
