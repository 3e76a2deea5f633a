//! `cargo xtask diff A B`: two stored comparisons side by side, however far apart in time. What it
//! finds is described and never judged; judging two revisions is left to `ab`.

mod conditions;
mod figures;
pub(crate) mod limit;
mod render;

use protocol::ExitCode;

use crate::baseline;
use crate::cli::{Places, Usage};
use crate::output;
use crate::store::Stored;
use crate::workspace::Workspace;

pub(crate) use conditions::{differences, other_host, settings};
pub(crate) use figures::{Row, figures, is_same_work};
pub(crate) use render::render;

#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The folder of a comparison, its name among the results, `latest`, or a saved baseline
    first: String,
    /// What is compared with it
    second: String,
    /// Compare them even if they are of two machines
    #[arg(long)]
    force: bool,
}

/// Finds both, and shows what they have in common.
pub(crate) fn run(args: &DiffArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find(places.results.as_deref(), &places.more_models)?;
    let open = |named: &str| {
        let found = baseline::open_any(&workspace, named);
        found.map_err(|error| Usage::error(format!("{error:#}")))
    };
    let (first, second) = (open(&args.first)?, open(&args.second)?);
    refuse_other_host(&first, &second, args.force)?;
    let found = figures(&first, &second);
    let differences = differences(&first.run, &second.run);
    if found.rows.is_empty() {
        let why = found.left_out.join("; ");
        anyhow::bail!("the two have nothing in common that was measured: {why}");
    }
    let named = [("first", &first), ("second", &second)].map(|(which, stored)| {
        let (started, folder) = (&stored.run.started, stored.path.display());
        format!("{which}: {folder}, of {started}\n")
    });
    let shown = render(&found, &differences, None, output::style(false));
    output::print(&format!("{}{shown}", named.concat()))?;
    Ok(ExitCode::Ok)
}

/// Figures of two machines say nothing about programs.
pub(crate) fn refuse_other_host(
    first: &Stored,
    second: &Stored,
    force: bool,
) -> anyhow::Result<()> {
    let other = other_host(&first.run, &second.run);
    match force || other.is_empty() {
        true => Ok(()),
        false => Err(Usage::error(format!(
            "the two are of different machines ({}): --force compares them all the same",
            other.join("; ")
        ))),
    }
}
