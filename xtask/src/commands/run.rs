//! `cargo xtask run`: one run by hand, through the same machinery as a comparison. Nothing is
//! stored.

use std::fmt::Write as _;

use protocol::ExitCode;

use crate::cli::{Places, RunArgs};
use catalog::{Registry, Workspace, workloads};
use launch::{Bench, Finished, Ledger, RunError, Trial, too_many_connections};
use results::{Failure, Memory, Profile, Share, percentile};
use schedule::{Ability, Settings, share};
use terminal::{Usage, bytes, count, duration, duration_of, output};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &RunArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let sizes = args.sizes.sizes();
    let chosen = workloads::choose_one(&workspace, &args.workload).map_err(Usage::error)?;
    let selected = Registry::find(&workspace)
        .exactly(&args.variant)
        .map_err(Usage::error)?;
    let wanted = sizes.wanted().with_workers(chosen.workers());
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
    let ledger = launch::begin(&workspace.results)?;
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
    let (workload, tasks) = (&trial.chosen.workload, trial.share.tasks);
    let mut bench = Bench::new(workspace, ledger, postgres_url);
    bench.build(trial.selected, workload)?;
    let expected = bench.expected(workload, &[tasks])?;
    let run = bench.judged_run(trial, &expected[&tasks])?;
    Ok(run.into_believed()?)
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
    let mut text = format!(
        "{} · {}\n",
        trial.selected.name(),
        trial.chosen.workload.name
    );
    for (name, value) in facts(finished) {
        let _ = writeln!(text, "  {name:<14}{value}");
    }
    for (name, value) in &finished.ready.knobs {
        let _ = writeln!(text, "  {name} = {value}");
    }
    output::print(&text)
}

fn facts(finished: &Finished) -> Vec<(&'static str, String)> {
    let (ready, done) = (&finished.ready, &finished.done);
    let tasks = done.tasks.max(1) as f64;
    let latency =
        |fraction| percentile(&done.latency, fraction).map_or_else(String::new, duration_of);
    let mut facts = vec![
        ("program", ready.version.clone()),
        (
            "tasks",
            format!("{}, {} in flight", done.tasks, ready.in_flight),
        ),
        ("answer", format!("{}: right", done.digest)),
        ("time", duration_of(done.elapsed_ns)),
        (
            "throughput",
            format!("{}/s", count(tasks * 1e9 / done.elapsed_ns as f64)),
        ),
        ("p50 closed", latency(0.5)),
        ("p90 closed", latency(0.9)),
        ("p99 closed", latency(0.99)),
        (
            "CPU",
            format!("{} a task", duration(done.cpu_ns as f64 / tasks)),
        ),
        (
            "switches",
            format!(
                "{} voluntary, {} not",
                done.switches.voluntary, done.switches.involuntary
            ),
        ),
        (
            "threads",
            format!("{} in {} processes", done.threads, done.processes),
        ),
        (
            "before go",
            format!(
                "{} in all; {} of them connecting, {} warm-up",
                duration(finished.until_ready.as_nanos() as f64),
                duration_of(ready.connect_ns),
                duration_of(ready.warm_up_ns)
            ),
        ),
        ("shut-down", duration_of(done.shut_down_ns)),
    ];
    facts.extend(
        done.alive_at_once
            .map(|alive| ("alive at once", alive.to_string())),
    );
    facts.extend(
        done.run_queue_wait_ns
            .map(|wait| ("queue wait", duration_of(wait))),
    );
    let counts: Vec<String> = done
        .counts
        .iter()
        .map(|(name, found)| format!("{name} {found}"))
        .collect();
    facts.extend((!counts.is_empty()).then(|| ("counted", counts.join(", "))));
    facts.extend(finished.memory.as_ref().map(|memory| match memory {
        Memory::Bytes(found) => ("memory", bytes(*found)),
        Memory::Unavailable(why) => ("memory", format!("unavailable: {why}")),
    }));
    facts
}
