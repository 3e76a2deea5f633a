//! `cargo xtask diff A B`: two stored comparisons side by side, however far apart in time. The machine
//! may have changed between them, so it describes differences and never judges them; the command `ab`
//! judges, because it runs both revisions side by side.

use analysis::figures;
use catalog::Workspace;
use compare::baseline;
use protocol::ExitCode;
use report::export::{SheetExport, refuse_unwritable};
use report::{diff_sheet, differences, left_out, lost, other_host, render_diff};
use results::Stored;
use terminal::{Usage, output, shown};

use crate::cli::{DiffArgs, Places};

/// Finds both, and shows what they have in common.
pub(crate) fn run(args: &DiffArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let export = args.page.export();
    let file = export.as_ref().map(|export| export.path.as_path());
    refuse_unwritable(file.map(|path| (SheetExport::FLAG, path)))?;
    let workspace = places.workspace()?;
    let first = open(&workspace, &args.first)?;
    let second = open(&workspace, &args.second)?;
    refuse_other_host(&first, &second, args.force)?;
    let in_common = figures(&first, &second);
    if in_common.rows.is_empty() {
        let lost = in_common.lost.iter().map(lost);
        let why: Vec<String> = lost
            .chain(in_common.left_out.iter().map(left_out))
            .collect();
        anyhow::bail!(
            "the two have nothing in common that was measured: {}",
            why.join("; ")
        );
    }
    let named = [("first", &first), ("second", &second)].map(|(which, stored)| {
        let (started, folder) = (&stored.run.started, stored.path.display());
        shown(&format!("{which}: {folder}, of {started}"))
    });
    let settings = differences(&first.run, &second.run);
    let tables = render_diff(&in_common, &settings, None, output::style(false));
    let is_taken = export.as_ref().is_some_and(SheetExport::is_stdout);
    output::results(&format!("{}\n{tables}", named.join("\n")), is_taken)?;
    if let Some(export) = export {
        export.deliver(&diff_sheet(&in_common, &settings, &named))?;
    }
    Ok(ExitCode::Ok)
}

/// A folder, a name or a baseline that cannot be opened is a mistake of usage.
fn open(workspace: &Workspace, typed: &str) -> anyhow::Result<Stored> {
    baseline::open_any(workspace, typed).map_err(|error| Usage::error(format!("{error:#}")))
}

/// Figures of two machines say nothing about programs.
fn refuse_other_host(first: &Stored, second: &Stored, force: bool) -> anyhow::Result<()> {
    let other = other_host(&first.run, &second.run);
    if force || other.is_empty() {
        return Ok(());
    }
    Err(Usage::error(format!(
        "the two are of different machines ({}): --force compares them all the same",
        other.join("; ")
    )))
}
