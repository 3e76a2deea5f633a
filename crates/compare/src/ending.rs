//! After the last run: statistics, tables, and the exit code. However it ended, what was measured
//! is shown and kept.

use std::collections::BTreeSet;

use protocol::ExitCode;

use super::choice::Choice;
use super::session::Session;
use analysis::sweeps;
use launch::RunError;
use report::export::{Comparison, Exports};
use report::{closing, export, render, statistics};
use results::{Failed, Kind, Outcome, Pass, Row, time};
use terminal::{interrupt::Interrupted, output};

/// Shows and stores what there is; an error of the tool comes after it.
pub(super) fn report(
    mut session: Session<'_>,
    ended: Result<(), RunError>,
    knobs: bool,
    exports: &Exports,
) -> anyhow::Result<ExitCode> {
    session.progress.finish_and_clear();
    let interrupted = matches!(ended, Err(RunError::Interrupted(_)));
    session.run.interrupted = interrupted;
    // What failed for want of a disk can be gone on with.
    let is_over = ended.is_ok() || interrupted;
    session.run.ended = is_over.then(|| time::readable(time::now_ms()));
    session.run.statistics = statistics(&session.run, &session.rows);
    session.run.sweeps = sweeps(&session.run, &session.rows, &session.run.statistics);
    let saved = session.save();
    let measured_anything = session.rows.iter().any(is_measured);
    if measured_anything || ended.is_ok() {
        let shown = render(&session.run, &session.run.statistics, output::style(knobs));
        // Its own name, as `report` finds it, and not that of a link to it.
        let folder = session.folder.path();
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let closing = closing(&session.run, &folder);
        output::results(&(shown + &closing), exports.take_stdout())?;
    }
    let comparison = Comparison {
        run: &session.run,
        rows: &session.rows,
    };
    let exported = export::deliver(exports, &comparison);
    match ended {
        Err(RunError::Interrupted(Interrupted)) => {
            output::complain("interrupted: what was measured is kept");
            let _ = exported.map_err(|error| output::complain(&format!("error: {error:#}")));
            return Ok(ExitCode::Interrupted);
        }
        Err(error) => return Err(error.into_anyhow()),
        Ok(()) => saved.map_err(RunError::into_anyhow)?,
    }
    exported?;
    Ok(code(session.choice, &session.rows))
}

/// Wrong answers come first, then failures of what was asked for by name.
fn code(choice: &Choice, rows: &[Row]) -> ExitCode {
    let failures = || rows.iter().filter_map(|row| failure(row));
    if failures().any(|(_, failed)| failed.failure.kind == Kind::Differs) {
        return ExitCode::Differ;
    }
    let variants = choice.variants.iter().filter(|selected| selected.named);
    let broken = choice.broken.iter().filter(|(_, named)| *named);
    let named: BTreeSet<String> = variants
        .map(catalog::Selected::name)
        .chain(broken.map(|(broken, _)| broken.name.clone()))
        .collect();
    let is_fault = |(variant, failed): (&String, &Failed)| {
        failed.failure.kind.is_fault() && named.contains(variant)
    };
    let nothing_ran = !rows.iter().any(is_measured);
    if nothing_ran || failures().any(is_fault) {
        return ExitCode::Failed;
    }
    if failures().any(|(_, failed)| failed.failure.kind.is_fault()) {
        output::complain(
            "warning: some variants failed; name them with --model to make that an error",
        );
    }
    ExitCode::Ok
}

fn failure(row: &Row) -> Option<(&String, &Failed)> {
    match row {
        Row::Run(run) => match &run.outcome {
            Outcome::Failed(failed) => Some((&run.variant, failed)),
            Outcome::Measured(_) => None,
        },
        Row::Block(_) => None,
    }
}

fn is_measured(row: &Row) -> bool {
    let is_run = |run: &results::Run| run.pass != Pass::Preparation;
    matches!(row, Row::Run(run) if is_run(run) && matches!(run.outcome, Outcome::Measured(_)))
}
