//! `cargo xtask run`: one run by hand, started and judged like each run of a comparison. Its results
//! are printed and not stored.

use std::fmt::Write as _;

use catalog::{Registry, Workspace, workloads};
use host::Ledger;
use launch::{
    Bench, Calibrator, Finished, LazyLedger, RunError, Trial, too_many_connections, workload_error,
};
use protocol::ExitCode;
use report::{OneRun, cpu_times, facts};
use results::{AskedCpu, Failure, Profile};
use schedule::{Ability, Settings, first_of, share, too_long};
use terminal::{Usage, json, output, progress, shown};

use crate::cli::{Places, RunArgs};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &RunArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let sizes = args.sizes.sizes();
    let lazy_ledger = LazyLedger::new(&workspace.results);
    let calibrator = Calibrator::new(&workspace, &lazy_ledger);
    let chosen =
        workloads::choose_one(&workspace, &args.workload, &calibrator).map_err(workload_error)?;
    let selected = Registry::find(&workspace)
        .for_work(&workspace, chosen.workload.work.as_ref())
        .map_err(Usage::error)?
        .with_servers(std::slice::from_ref(&chosen))
        .map_err(Usage::error)?
        .exactly(&args.variant)
        .map_err(Usage::error)?;
    let wanted = sizes.wanted().with_workers(chosen.workers());
    // The size of a run in `compare`, whose figures people will hold these against.
    let planned = share(
        &chosen.workload,
        Ability::of(&selected, &chosen.workload),
        &wanted,
        &Settings::of(Profile::Standard),
    );
    let postgres_url = sizes.postgres.as_deref();
    // Refused before anything is built: the server would refuse the connections minutes later.
    let lanes = wanted.lanes(&chosen.workload);
    if let Some(problem) = too_many_connections(&chosen.workload, lanes, postgres_url) {
        return Err(Usage::error(problem));
    }
    let trial = Trial {
        share: first_of(planned, args.tasks, chosen.workload.tasks).map_err(Usage::error)?,
        selected: &selected,
        chosen: &chosen,
        wanted,
        limit: sizes.time_limit,
        placement: sizes.placement,
        // Padding of the environment moves the stack; to average over its places takes many runs.
        padding: 0,
        hold: args.memory,
        digests: None,
        trace: None,
    };
    if let Some(problem) = too_long(&chosen.workload, trial.share, trial.limit) {
        return Err(Usage::error(problem));
    }
    let ledger = lazy_ledger.get()?;
    let asked: Vec<AskedCpu> = chosen.cpu.iter().map(AskedCpu::from).collect();
    for line in cpu_times(&chosen.workload, &asked) {
        output::complain(&line);
    }
    match attempt(&trial, postgres_url, &workspace, ledger) {
        Ok(finished) => report(&trial, &finished, args.json).map(|()| ExitCode::Ok),
        Err(RunError::Failed(failure)) => Ok(fail(&trial, &failure)),
        Err(other) => Err(other.into_anyhow()),
    }
}

fn attempt(
    trial: &Trial<'_>,
    postgres_url: Option<&str>,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<Finished, RunError> {
    let (workload, tasks) = (&trial.chosen.workload, trial.share.tasks);
    let mut bench = Bench::new(workspace, ledger, postgres_url);
    progress::stage("building");
    bench.build(trial.selected, workload)?;
    progress::stage("computing the right answer");
    // Computed before the run: beside it, it would take processor time from the model.
    let expected = bench.expected(workload, &[tasks])?;
    progress::measured_stage("running");
    let run = bench.judged_run(trial, &expected[&tasks])?;
    progress::end();
    Ok(run.into_believed()?)
}

fn fail(trial: &Trial<'_>, failure: &Failure) -> ExitCode {
    let mut text = format!(
        "{}: {}: {}",
        trial.selected.name(),
        failure.kind.word(),
        shown(&failure.to_string())
    );
    for line in failure.stderr.lines() {
        let _ = write!(text, "\n  | {line}");
    }
    progress::end();
    output::complain(&text);
    failure.kind.exit_code()
}

fn report(trial: &Trial<'_>, finished: &Finished, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        // The lines of the program itself, so that what it said can be checked word for word.
        let lines = finished.lines.iter().map(|line| json(line.clone()) + "\n");
        return output::document(&lines.collect::<String>());
    }
    output::print(&facts(&OneRun {
        variant: &trial.selected.name(),
        workload: &trial.chosen.workload,
        ready: &finished.ready,
        done: &finished.done,
        memory: finished.memory.as_ref(),
        until_ready: finished.until_ready,
    }))
}
