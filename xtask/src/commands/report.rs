//! `cargo xtask report`: a stored comparison shown and exported once more, to the same bytes as when
//! it was measured. Nothing is measured, built or changed.

use analysis::sweeps;
use protocol::ExitCode;
use report::export::Comparison;
use report::{closing, export, render, statistics};
use results::{Stored, schema};
use terminal::{Style, output};

use crate::cli::{Places, ReportArgs};

/// Finds the comparison, computes its statistics from the stored rows, shows and exports them.
pub(crate) fn run(args: &ReportArgs, places: &Places) -> anyhow::Result<ExitCode> {
    if args.schema {
        output::print(&schema::text()?)?;
        return Ok(ExitCode::Ok);
    }
    // First of all, because a mistyped path ought to be told before a page of tables.
    export::refuse_what_cannot_be_written(&args.exports.0)?;
    let workspace = places.workspace()?;
    let Stored {
        path,
        mut run,
        rows,
    } = Stored::open(&workspace.results, &args.run)?;
    // The file of the run holds statistics too, but not where the tool was killed while it measured.
    run.statistics = statistics(&run, &rows);
    run.sweeps = sweeps(&run, &rows, &run.statistics);
    let style = Style {
        verbose: args.verbose,
        ..output::style(args.knobs)
    };
    let shown = render(&run, &run.statistics, style) + &closing(&run, &path);
    output::results(&shown, args.exports.0.take_stdout())?;
    let comparison = Comparison {
        run: &run,
        rows: &rows,
    };
    export::deliver(&args.exports.0, &comparison)?;
    Ok(ExitCode::Ok)
}
