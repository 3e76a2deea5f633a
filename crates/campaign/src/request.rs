//! What can be asked of a campaign, and what all commands need for it.

use std::path::{Path, PathBuf};

use catalog::Workspace;
use compare::Request;
use terminal::Style;

use crate::slurm::Programs;

/// What all commands need.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The checkout.
    pub workspace: &'a Workspace,
    /// This program, which the jobs run.
    pub tool: &'a Path,
    /// Options of every command that were typed with it, such as `--results`, as the jobs type them.
    pub places: &'a [String],
    /// What these words, of which the first is `compare`, ask of a comparison.
    pub parse: fn(&[String]) -> anyhow::Result<Request>,
}

/// What is planned, and for whom.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// The file of the campaign, or its folder.
    pub campaign: PathBuf,
    /// The scheduler that the plan is printed for; `None` prints it for people.
    pub format: Option<Format>,
    /// Where the container file of a manifest is written to.
    pub container: Option<PathBuf>,
}

/// The schedulers that a plan can be printed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scripts for `sbatch`.
    Slurm,
    /// A manifest of indexed Jobs.
    Kubernetes,
    /// A workflow of GitHub Actions.
    Github,
}

/// What is submitted.
#[derive(Clone, Debug)]
pub struct SubmitRequest {
    /// The file of the campaign, or its folder.
    pub campaign: PathBuf,
    /// Whether only to say what would be submitted.
    pub dry_run: bool,
    /// Whether the programs are there already.
    pub no_build: bool,
}

/// What is collected.
#[derive(Clone, Debug)]
pub struct CollectRequest {
    /// The file of the campaign, or its folder.
    pub campaign: PathBuf,
    /// Whether shards may be missing.
    pub partial: bool,
    /// Whether nodes are hosts even where they are one machine.
    pub by_node: bool,
    /// How much is shown.
    pub style: Style,
}

impl Context<'_> {
    /// Where the tool and the checkout are, as scripts name them.
    pub(crate) fn programs(&self) -> Programs<'_> {
        Programs {
            tool: self.tool,
            places: self.places,
            root: &self.workspace.root,
        }
    }
}
