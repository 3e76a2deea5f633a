//! After the last run: statistics, tables, and the exit code. However a comparison ended, what was
//! measured is shown and kept.

use std::collections::{BTreeMap, BTreeSet};

use analysis::sweeps;
use launch::RunError;
use protocol::ExitCode;
use report::export::{Comparison, Exports};
use report::{closing, export, render, statistics};
use results::{Failed, Kind, Outcome, Pass, Run, Stored, time};
use terminal::interrupt::Interrupted;
use terminal::{Style, output, progress};

use crate::choice::Choice;
use crate::log::Log;
use crate::session::Session;

/// Computes and stores what the comparison came to.
pub(crate) fn conclude(
    session: &mut Session<'_>,
    ended: &Result<(), RunError>,
) -> Result<(), RunError> {
    progress::end();
    let log = &mut session.log;
    log.run.interrupted = matches!(ended, Err(RunError::Interrupted(_)));
    // What failed for want of a disk can be continued.
    let is_over = ended.is_ok() || log.run.interrupted;
    log.run.ended = is_over.then(|| time::readable(time::now_ms()));
    log.run.statistics = statistics(&log.run, log.rows());
    log.run.sweeps = sweeps(&log.run, log.rows(), &log.run.statistics);
    log.save()
}

/// The comparison as it is stored, for callers who draw their own conclusions; an error where it could
/// not go on.
pub(crate) fn stored(
    mut session: Session<'_>,
    ended: Result<(), RunError>,
) -> anyhow::Result<Stored> {
    let saved = conclude(&mut session, &ended);
    ended.and(saved).map_err(RunError::into_anyhow)?;
    let path = session.log.path().to_owned();
    let (run, rows) = session.log.into_parts();
    Ok(Stored { path, run, rows })
}

/// The exit code and the number of rows of a unit of a campaign, which is shown once all are merged; an error where
/// it could not go on.
pub(crate) fn of_unit(
    mut session: Session<'_>,
    ended: Result<(), RunError>,
) -> anyhow::Result<(ExitCode, u64)> {
    let saved = conclude(&mut session, &ended);
    ended.and(saved).map_err(RunError::into_anyhow)?;
    let rows = session.log.rows().len() as u64;
    Ok((code(session.choice, &session.log), rows))
}

/// Shows and stores what there is; an error of the tool comes after it.
pub(crate) fn report(
    mut session: Session<'_>,
    ended: Result<(), RunError>,
    style: Style,
    exports: &Exports,
) -> anyhow::Result<ExitCode> {
    let saved = conclude(&mut session, &ended);
    let log = &session.log;
    if ended.is_ok() || log.run_rows().any(is_measured) {
        let shown = render(&log.run, log.rows(), &log.run.statistics, style);
        // Its own name, as `report` finds it, and not that of a link to it.
        let folder = log.path();
        let own_path = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let last_lines = closing(&log.run, &own_path);
        output::results(&(shown + &last_lines), exports.take_stdout())?;
        if !log.run.interrupted {
            output::notice("as a page with plots: cargo xtask report --open");
        }
    }
    let comparison = Comparison {
        run: &log.run,
        rows: log.rows(),
    };
    let exported = export::deliver(exports, &comparison);
    match ended {
        Err(RunError::Interrupted(Interrupted)) => {
            output::complain("interrupted: what was measured is kept");
            let _ = exported.map_err(|error| output::complain_of(&error));
            return Ok(ExitCode::Interrupted);
        }
        Err(error) => return Err(log.explained(error.into_anyhow())),
        Ok(()) => saved.map_err(|error| log.explained(error.into_anyhow()))?,
    }
    exported?;
    Ok(code(session.choice, log))
}

/// Wrong answers come first, then failures of what was asked for by name.
fn code(choice: &Choice, log: &Log) -> ExitCode {
    let failures: Vec<(&str, &Failed)> = log.run_rows().filter_map(failure).collect();
    let mut digests = log.run.digests.values().flat_map(BTreeMap::values);
    if digests.any(|digest| !digest.right)
        || failures
            .iter()
            .any(|(_, failed)| failed.failure.kind == Kind::Differs)
    {
        return ExitCode::Differ;
    }
    let asked_for = named(choice);
    let nothing_ran = !log.run_rows().any(is_measured);
    if nothing_ran
        || failures
            .iter()
            .any(|(variant, failed)| failed.failure.kind.is_fault() && asked_for.contains(*variant))
    {
        return ExitCode::Failed;
    }
    if failures
        .iter()
        .any(|(_, failed)| failed.failure.kind.is_fault())
    {
        output::complain(
            "warning: some variants failed; name them with --model to make that an error",
        );
    }
    ExitCode::Ok
}

/// The variants and broken models that were asked for by name.
fn named(choice: &Choice) -> BTreeSet<String> {
    let variants = choice.variants.iter().filter(|selected| selected.named);
    let broken = choice.broken.iter().filter(|(_, named)| *named);
    variants
        .map(catalog::Selected::name)
        .chain(broken.map(|(broken, _)| broken.name.clone()))
        .collect()
}

fn failure(run: &Run) -> Option<(&str, &Failed)> {
    match &run.outcome {
        Outcome::Failed(failed) => Some((&run.variant, failed)),
        Outcome::Measured(_) => None,
    }
}

fn is_measured(run: &Run) -> bool {
    run.pass != Pass::Preparation && matches!(run.outcome, Outcome::Measured(_))
}
