//! `cargo xtask find-rate`: from the request to the exit code.

use std::collections::BTreeMap;

use catalog::{Chosen, Registry, Selected, Selection, Workspace, params, workloads};
use host::machine;
use launch::{Bench, Calibrator, LazyLedger, RunError, too_many_connections, workload_error};
use protocol::{Cache, ExitCode, Rate, Step, Workload};
use results::{Failure, Kind, Placement};
use schedule::Wanted;
use terminal::{Usage, hanging, output, progress, shown};

use crate::bench::OnBench;
use crate::find::{Trail, find};
use crate::guess::{AskedGuess, Guess};
use crate::json::json;
use crate::limit::Setting;
use crate::plan::Plan;
use crate::request::{Format, Request};
use crate::row::Row;
use crate::table::table;

/// The first guess where a workload has no rate, tasks a second.
const FIRST_GUESS: u64 = 1000;
/// The most rows of an answer: nobody waits for more searches.
const MOST_ROWS: usize = 64;

/// Looks for the highest rate of every variant at every workload that was asked for, and prints what was found.
///
/// # Errors
/// What was asked for wrongly, or a tool that cannot go on. A variant that fails is no error: it makes the exit code
/// [`ExitCode::Failed`] where it was named. An interrupt prints what is known.
pub fn run(
    request: &Request,
    workspace: &Workspace,
    guess: Option<&dyn Guess>,
) -> anyhow::Result<ExitCode> {
    let ledger = LazyLedger::new(&workspace.results);
    let calibrator = Calibrator::new(workspace, &ledger);
    let typed = typed_cells(request).map_err(Usage::error)?;
    let all = workloads::choose(workspace, &typed, &calibrator).map_err(workload_error)?;
    for chosen in &all {
        refuse(chosen, request).map_err(Usage::error)?;
    }
    let selection = select(request, workspace, &all)?;
    for (broken, _) in &selection.broken {
        output::complain(&format!(
            "{}: {}",
            shown(&broken.name),
            hanging(&broken.problem)
        ));
    }
    let searches = all.len() * selection.variants.len();
    if searches > MOST_ROWS {
        let problem = format!(
            "{searches} searches: allowed are {MOST_ROWS}; name fewer variants with --model"
        );
        return Err(Usage::error(problem));
    }
    let open_ledger = ledger.get()?;
    let mut bench = Bench::new(workspace, open_ledger, request.sizes.postgres.as_deref());
    let mut rows = Vec::new();
    let asked = (request, guess);
    let ended = search_all(asked, &mut bench, (&all, &selection.variants), &mut rows);
    progress::end();
    if !rows.is_empty() {
        output::print(&text(request, &rows)?)?;
    }
    match ended {
        Ok(()) => Ok(exit_code(&rows, &selection)),
        Err(RunError::Interrupted(_)) => {
            output::complain("interrupted: a rate without its confirmation is no result");
            Ok(ExitCode::Interrupted)
        }
        Err(error) => Err(error.into_anyhow()),
    }
}

/// The workload at each cell of the sweep, as it would be typed by itself.
fn typed_cells(request: &Request) -> Result<Vec<String>, String> {
    for sweep in &request.params {
        let key = sweep.key.as_str();
        if key == "rate" {
            return Err("--param rate: the rate is what is looked for; a first guess stands behind the name, as in \
                 `http@500`"
                .to_owned());
        }
        if key == "in_flight" && request.sizes.in_flight.is_some() {
            return Err("--param in_flight and --in-flight contradict each other".to_owned());
        }
        if key == params::WORKERS && request.sizes.workers.is_some() {
            return Err("--param workers and --workers contradict each other".to_owned());
        }
        if request
            .params
            .iter()
            .filter(|other| other.key == key)
            .count()
            > 1
        {
            return Err(format!("--param {key}: it is there twice"));
        }
    }
    let cells = params::cells(&request.params);
    Ok(cells
        .iter()
        .map(|cell| params::typed_at(&request.workload, cell))
        .collect())
}

/// Refuses work that has no rate, and sizes that cannot be.
fn refuse(chosen: &Chosen, request: &Request) -> Result<(), String> {
    let workload = &chosen.workload;
    let typed = &request.workload;
    if workload.coordination.is_some() || workload.measures_lateness() {
        return Err(format!("{typed}: such work has no rate"));
    }
    if workload.rate.is_none() && workload.serve.is_none() {
        return Err(format!(
            "{typed} has no rate: allowed are workloads with one and those of class `serve`; a first guess makes it \
             one, as in `{typed}@{FIRST_GUESS}`"
        ));
    }
    if workload.steps.iter().any(is_cold_read) {
        return Err(format!(
            "{typed}: cold reads need a file for every task, and so many tasks have none"
        ));
    }
    let wanted = request.sizes.wanted().with_workers(chosen.workers());
    let lanes = wanted.lanes(workload);
    too_many_connections(workload, lanes, request.sizes.postgres.as_deref()).map_or(Ok(()), Err)
}

fn is_cold_read(step: &Step) -> bool {
    matches!(step, Step::ReadFile(read) if read.cache == Cache::Cold)
}

/// The variants that were asked for, or those that take part by default.
fn select(request: &Request, workspace: &Workspace, all: &[Chosen]) -> anyhow::Result<Selection> {
    let work = all.first().and_then(|chosen| chosen.workload.work.as_ref());
    let registry = Registry::find(workspace)
        .for_work(workspace, work)
        .map_err(Usage::error)?
        .with_servers(all)
        .map_err(Usage::error)?;
    if request.models.is_empty() {
        return Ok(registry.by_default());
    }
    registry.matching(&request.models).map_err(Usage::error)
}

/// Every search, one after the other.
fn search_all(
    (request, guess): (&Request, Option<&dyn Guess>),
    bench: &mut Bench<'_>,
    (all, variants): (&[Chosen], &[Selected]),
    rows: &mut Vec<Row>,
) -> Result<(), RunError> {
    progress::stage("building");
    bench.build_packages(all.iter().map(|chosen| &chosen.workload))?;
    for chosen in all {
        if let Some(file) = &chosen.file {
            bench.check_params(&chosen.workload, file)?;
        }
    }
    let unbuilt = build(bench, variants)?;
    for chosen in all {
        progress::measured_stage("searching");
        for selected in variants {
            let wanted = request.sizes.wanted().with_workers(chosen.workers());
            let failure = unbuilt.get(&selected.model.name);
            let guessed = guess.and_then(|guess| {
                guess.rate(&AskedGuess {
                    workload: &chosen.workload,
                    variant: &selected.name(),
                    lanes: wanted.lanes(&chosen.workload),
                    workers: wanted.workers,
                    placement: request.sizes.placement,
                })
            });
            let begin = plan(request, &chosen.workload, guessed);
            rows.push(row(begin, (chosen, selected), (&wanted, request), failure));
            let Some(Row { plan, trail, .. }) = rows.last_mut().filter(|_| failure.is_none())
            else {
                continue;
            };
            let mut prober = OnBench {
                bench,
                selected,
                chosen,
                wanted,
                sizes: &request.sizes,
            };
            find(&mut prober, &request.until, plan, trail)?;
        }
    }
    Ok(())
}

/// Builds every model, and returns why some do not build.
fn build(
    bench: &mut Bench<'_>,
    variants: &[Selected],
) -> Result<BTreeMap<String, Failure>, RunError> {
    let mut unbuilt = BTreeMap::new();
    for (position, selected) in variants.iter().enumerate() {
        let name = &selected.model.name;
        if variants[..position]
            .iter()
            .any(|other| other.model.name == *name)
        {
            continue;
        }
        if let Err(error) = bench.build_model(&selected.model) {
            unbuilt.insert(name.clone(), error.into_row()?);
        }
    }
    Ok(unbuilt)
}

/// A row before its search. The only thing that may be known of it is that its model does not build.
fn row(
    plan: Plan,
    (chosen, selected): (&Chosen, &Selected),
    (wanted, request): (&Wanted, &Request),
    failure: Option<&Failure>,
) -> Row {
    let workload = &chosen.workload;
    Row {
        workload: workload.name.clone(),
        variant: selected.name(),
        is_named: selected.named,
        plan,
        setting: Setting {
            processors: machine::processors(),
            model_processors: match request.sizes.placement {
                Placement::Free => machine::processors(),
                Placement::OneCpu => 1,
            },
            threads: selected.variant.threads,
            wanted_lanes: wanted.lanes(workload),
            serves: workload.serve.is_some(),
        },
        trail: Trail {
            failure: failure.cloned(),
            is_whole: failure.is_some(),
            ..Trail::default()
        },
    }
}

/// The search begins at what is guessed from a prediction, or else at the workload's own rate.
fn plan(request: &Request, workload: &Workload, guessed: Option<u64>) -> Plan {
    let own = workload.rate.map_or(FIRST_GUESS, Rate::per_second);
    Plan {
        first: guessed.unwrap_or(own),
        most: Rate::MAX,
        probe: request.probe,
        confirm: request.confirm,
        seed: request.seed.unwrap_or(workload.seed),
        fewest_tasks: request.until.fewest_tasks(),
    }
}

fn text(request: &Request, rows: &[Row]) -> anyhow::Result<String> {
    match request.format {
        Format::Table => Ok(table(request, rows, output::style(false).width)),
        Format::Json => json(request, rows),
    }
}

/// The exit code: wrong answers come first, then failures of what was asked for by name.
fn exit_code(rows: &[Row], selection: &Selection) -> ExitCode {
    let failures: Vec<(&Row, &Failure)> = rows
        .iter()
        .filter_map(|row| Some((row, row.trail.failure.as_ref()?)))
        .collect();
    if failures
        .iter()
        .any(|(_, failure)| failure.kind == Kind::Differs)
    {
        return ExitCode::Differ;
    }
    let is_named_broken = selection.broken.iter().any(|(_, named)| *named);
    let nothing_ran = failures.len() == rows.len();
    let is_fault = failures
        .iter()
        .any(|(row, failure)| row.is_named && failure.kind.is_fault());
    if nothing_ran || is_fault || is_named_broken {
        ExitCode::Failed
    } else {
        ExitCode::Ok
    }
}
