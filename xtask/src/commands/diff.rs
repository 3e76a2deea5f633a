//! `cargo xtask diff A B`: two stored comparisons side by side, however far apart in time. What it
//! finds is described and never judged; judging two revisions is left to `ab`.

use protocol::ExitCode;

use crate::cli::{DiffArgs, Places};
use analysis::figures;
use compare::baseline;
use report::{differences, left_out, other_host, render_diff};
use results::Stored;
use terminal::{Usage, output};

/// Finds both, and shows what they have in common.
pub(crate) fn run(args: &DiffArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let open = |named: &str| {
        let found = baseline::open_any(&workspace, named);
        found.map_err(|error| Usage::error(format!("{error:#}")))
    };
    let (first, second) = (open(&args.first)?, open(&args.second)?);
    refuse_other_host(&first, &second, args.force)?;
    let found = figures(&first, &second);
    let differences = differences(&first.run, &second.run);
    if found.rows.is_empty() {
        let why: Vec<String> = found.left_out.iter().map(left_out).collect();
        anyhow::bail!(
            "the two have nothing in common that was measured: {}",
            why.join("; ")
        );
    }
    let named = [("first", &first), ("second", &second)].map(|(which, stored)| {
        let (started, folder) = (&stored.run.started, stored.path.display());
        format!("{which}: {folder}, of {started}\n")
    });
    let shown = render_diff(&found, &differences, None, output::style(false));
    output::print(&format!("{}{shown}", named.concat()))?;
    Ok(ExitCode::Ok)
}

/// Figures of two machines say nothing about programs.
fn refuse_other_host(first: &Stored, second: &Stored, force: bool) -> anyhow::Result<()> {
    let other = other_host(&first.run, &second.run);
    match force || other.is_empty() {
        true => Ok(()),
        false => Err(Usage::error(format!(
            "the two are of different machines ({}): --force compares them all the same",
            other.join("; ")
        ))),
    }
}
