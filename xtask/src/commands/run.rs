//! `cargo xtask run`: one run by hand, started and judged like each run of a comparison. Its results
//! are printed and not stored.

use std::fmt::Write as _;

use catalog::{Registry, Workspace, workloads};
use launch::{
    Bounds, Finished, Ledger, RunError, Services, Trial, build_model, build_packages, expected,
    judge, packages, sweep, too_many_connections,
};
use protocol::ExitCode;
use report::{OneRun, facts};
use results::{Failure, Profile, Share};
use schedule::{Ability, Settings, Wanted, share};
use terminal::{Usage, interrupt, output};

use crate::cli::{Places, RunArgs};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &RunArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let sizes = args.sizes.sizes();
    let chosen = workloads::choose_one(&workspace, &args.workload).map_err(Usage::error)?;
    let selected = Registry::find(&workspace)
        .exactly(&args.variant)
        .map_err(Usage::error)?;
    let wanted = Wanted {
        workers: sizes.workers(),
        in_flight: sizes.in_flight,
        switch_interval_us: sizes.switch_interval_us,
    }
    .with_workers(chosen.workers());
    let planned = share(
        &chosen.workload,
        Ability::of(&selected, &chosen.workload),
        &wanted,
        &Settings::of(Profile::Quick),
    );
    let postgres_url = sizes.postgres.as_deref();
    let lanes = wanted.lanes(&chosen.workload);
    if let Some(problem) = too_many_connections(&chosen.workload, lanes, postgres_url) {
        return Err(Usage::error(problem));
    }
    let trial = Trial {
        share: resized(planned, args.tasks, chosen.workload.tasks)?,
        selected: &selected,
        chosen: &chosen,
        wanted,
        limit: sizes.time_limit,
        placement: sizes.placement,
        padding: 0,
        hold: args.memory,
        digests: None,
    };
    interrupt::watch()?;
    let ledger = Ledger::open(&workspace.results)?;
    // A process that a killed tool left behind would take processor time from this run.
    sweep(&workspace.results);
    match attempt(&trial, postgres_url, &workspace, &ledger) {
        Ok(finished) => report(&trial, &finished, args.json).map(|()| ExitCode::Ok),
        Err(RunError::Failed(failure)) => Ok(fail(&trial, &failure)),
        Err(other) => Err(other.into_anyhow()),
    }
}

/// Fewer tasks may be too few for all lanes.
fn resized(planned: Share, tasks: Option<u64>, all: u64) -> anyhow::Result<Share> {
    match tasks {
        Some(tasks) if tasks > all => Err(Usage::error(format!(
            "--tasks {tasks}: the workload has {all}"
        ))),
        Some(tasks) => Ok(Share {
            tasks,
            in_flight: planned.in_flight.min(tasks),
        }),
        None => Ok(planned),
    }
}

fn attempt(
    trial: &Trial<'_>,
    postgres_url: Option<&str>,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<Finished, RunError> {
    build_packages(&packages([&trial.chosen.workload]), workspace, ledger)
        .map_err(RunError::tool)?;
    build_model(&trial.selected.model, workspace, ledger)?;
    let workload = &trial.chosen.workload;
    let tasks = trial.share.tasks;
    let program = workspace.program("expected");
    let right = expected(&program, workload, &[tasks], None, ledger).map_err(RunError::tool)?;
    let mut services = Services::new(workspace.program("services"), workspace.data(), ledger)
        .with_postgres(postgres_url);
    let endpoints = services.endpoints(workload).map_err(RunError::service)?;
    let finished = trial.run(endpoints, workspace, ledger, &mut |_| ())?;
    let bounds = Bounds {
        share: trial.share,
        wait: workload.wait_per_task(),
        overlap: workload.is_paced_by_pulses(),
        expected: &right[&tasks],
    };
    judge(&finished.ready, &finished.done, &bounds)?;
    Ok(finished)
}

fn fail(trial: &Trial<'_>, failure: &Failure) -> ExitCode {
    let mut text = format!(
        "{}: {}: {failure}",
        trial.selected.name(),
        failure.kind.word()
    );
    for line in failure.stderr.lines() {
        let _ = write!(text, "\n  | {line}");
    }
    output::complain(&text);
    failure.kind.exit_code()
}

fn report(trial: &Trial<'_>, finished: &Finished, json: bool) -> anyhow::Result<()> {
    if json {
        return output::print(&(finished.lines.join("\n") + "\n"));
    }
    output::print(&facts(&OneRun {
        variant: &trial.selected.name(),
        workload: &trial.chosen.workload.name,
        ready: &finished.ready,
        done: &finished.done,
        memory: finished.memory.as_ref(),
        until_ready: finished.until_ready,
    }))
}
