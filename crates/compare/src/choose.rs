//! Looks up what a request names, fills in the defaults, and refuses contradictions. Nothing is started
//! yet.

use std::time::Duration;

use protocol::{Cache, Step, Workload};
use verdict::stopping::Precision;

use catalog::{Calibration, Chosen, Param, Registry, Selected, Selection, Workspace, workloads};
use launch::too_many_connections;
use results::{Metric, Options, Profile, time};
use schedule::{Rules, Settings, Wanted, fewest_blocks, first_too_long};
use terminal::{Usage, counted};

use crate::choice::Choice;
use crate::levels::{self, Asked};
use crate::request::{Request, Wish};
use crate::scripted::Script;
use crate::source::Source;
use crate::sweep;

/// Where a precision or a time was asked for these end it, and hardly ever this.
const ENOUGH_BLOCKS: u64 = 1000;

/// Looks everything up.
pub(crate) fn choose(
    workspace: &Workspace,
    request: &Request,
    calibration: &dyn Calibration,
) -> anyhow::Result<Choice> {
    if request.runs.is_some() && !request.profile.measures() {
        return Err(Usage::error(
            "--runs has no meaning with --profile smoke, which measures nothing",
        ));
    }
    let script = read_script(request)?;
    let source = Source::of(workspace, script.as_ref());
    let cells = sweep::cells(request).map_err(Usage::error)?;
    let named = typed(source, request, &cells)?;
    let (names, asked_by_files) = levels::typed(source, request, named)?;
    let workloads = source.workloads(&names, calibration)?;
    if workloads.is_empty() {
        return Err(Usage::error("there is no workload"));
    }
    let asked = asked_by_files.of(&workloads);
    let registry = source.registry(&workloads)?;
    let Selection {
        mut variants,
        broken,
    } = variants(&registry, request, &asked)?;
    let reference = put_reference_first(&registry, request, &asked, &mut variants)?;
    let settings = sweep::settings(request.profile, &workloads);
    let wanted = Wanted {
        most_lanes: settings.most_lanes,
        ..request.sizes.wanted()
    };
    sweep::refuse_equal_cells(&workloads).map_err(Usage::error)?;
    check_all(source, &workloads, &variants, (&wanted, &settings), request)?;
    let comparisons = primary_metrics(&workloads) * (variants.len() - 1);
    let rules = rules_for(request, &asked, &settings, comparisons);
    let left_out = match source {
        Source::Script(_) => None,
        Source::Checkout(workspace) => {
            left_out(workspace, request, &registry, &workloads, variants.len())
        }
    };
    let options = Options {
        profile: request.profile,
        reference,
        blocks: rules.most,
        fewest_blocks: rules.fewest,
        blocks_together: rules.together,
        precision: rules.precision.map(Precision::relative),
        placement: request.sizes.placement,
        seed: request.seed.unwrap_or_else(time::now_ms),
        workers: request.sizes.workers(),
        in_flight: request.sizes.in_flight,
        switch_interval_us: request.sizes.switch_interval_us,
        time_limit_ms: millis(request.sizes.time_limit),
        budget_ms: rules.budget.map(millis),
        keep_disturbed: request.keep_disturbed,
        // What is held against another comparison has runs of the same length.
        chooses_length: request.baselines.is_none(),
        left_out,
    };
    Ok(Choice {
        options,
        settings,
        wanted,
        limit: request.sizes.time_limit,
        workloads,
        variants,
        broken,
        postgres: request.sizes.postgres.clone(),
        builds: request.builds,
        script,
    })
}

/// The script that is played, where there is one.
fn read_script(request: &Request) -> anyhow::Result<Option<Script>> {
    let read = request.scripted.as_deref().map(Script::read).transpose();
    read.map_err(|error| Usage::error(format!("{error:#}")))
}

/// How many primary metrics all workloads have together.
fn primary_metrics(workloads: &[Chosen]) -> usize {
    let metrics = workloads
        .iter()
        .map(|chosen| Metric::of(&chosen.workload, chosen.headline).len());
    metrics.sum()
}

/// What would have been typed to have every workload by itself, at every rate and in every cell.
fn typed(
    source: Source<'_>,
    request: &Request,
    cells: &[Vec<Param>],
) -> anyhow::Result<Vec<String>> {
    Ok(match source {
        // A script offers all its workloads where none is named, with and without a sweep.
        Source::Script(script) => sweep::typed(request.workloads.clone(), cells, || script.names()),
        Source::Checkout(workspace) => {
            let named: Vec<String> = match (request.workloads.is_empty(), request.profile) {
                (false, _) => workloads::of_groups(workspace, &request.workloads),
                (true, Profile::Quick) => workloads::quick(workspace).map_err(Usage::error)?,
                (true, Profile::Smoke) => workloads::smoke(workspace),
                (true, _) => workloads::by_default(workspace),
            };
            let at_rates = workloads::at_rates(named, &request.rates);
            sweep::typed(at_rates, cells, Vec::new)
        }
    })
}

fn variants(registry: &Registry, request: &Request, asked: &Asked) -> anyhow::Result<Selection> {
    if !request.models.is_empty() {
        return registry.matching(&request.models).map_err(Usage::error);
    }
    Ok(asked.by_default(registry, request.profile))
}

/// The reference takes part whether or not it was selected; it comes first.
fn put_reference_first(
    registry: &Registry,
    request: &Request,
    asked: &Asked,
    variants: &mut Vec<Selected>,
) -> anyhow::Result<String> {
    let looked_up = match &request.reference {
        Some(name) => registry.exactly(name),
        None => asked.reference(registry, variants),
    };
    let mut reference =
        looked_up.map_err(|error| Usage::error(format!("the reference: {error}")))?;
    let name = reference.name();
    let selected = variants.iter().position(|selected| selected.name() == name);
    let was_named = selected.is_some_and(|at| variants.remove(at).named);
    reference.named = was_named || request.reference.is_some();
    variants.insert(0, reference);
    Ok(name)
}

/// Who asks for a number of blocks gets it, however long it takes; who asks for a precision or a
/// time is not held to the profile's blocks. All workloads have enough blocks for a verdict first.
fn rules_for(request: &Request, asked: &Asked, settings: &Settings, comparisons: usize) -> Rules {
    let runs = asked.rounds(request);
    let is_swept = !request.params.is_empty() || asked.are_there;
    let for_verdict = fewest_blocks(comparisons);
    let wants_more =
        request.max_time.is_some() || matches!(request.precision, Some(Wish::Within(_)));
    let most = match (runs, wants_more) {
        _ if !request.profile.measures() => 0,
        (Some(runs), _) => runs,
        (None, true) => ENOUGH_BLOCKS,
        // A sweep has many cells, and its curves draw on all of them.
        (None, false) if is_swept => for_verdict,
        (None, false) => settings.blocks.max(for_verdict),
    };
    let precision = match (runs, request.precision) {
        (Some(_), _) | (_, Some(Wish::Off)) => None,
        (None, Some(Wish::Within(precision))) => Some(precision),
        (None, None) if is_swept => None,
        (None, None) => Some(Precision::default()),
    };
    let together = for_verdict.min(most);
    let planned = runs.is_none().then_some(settings.budget);
    Rules {
        fewest: if request.max_time.is_some() {
            0
        } else {
            together
        },
        together,
        most,
        precision,
        budget: request.max_time.or(planned),
    }
}

/// What a comparison of everything would have had beside this, in words.
fn left_out(
    workspace: &Workspace,
    request: &Request,
    registry: &Registry,
    workloads: &[Chosen],
    variants: usize,
) -> Option<String> {
    if request.profile == Profile::Quick {
        left_out_by_quick(workspace, request, registry, workloads, variants)
    } else {
        left_out_on_request(registry, request)
    }
}

fn left_out_by_quick(
    workspace: &Workspace,
    request: &Request,
    registry: &Registry,
    workloads: &[Chosen],
    variants: usize,
) -> Option<String> {
    let mut missing = Vec::new();
    if request.workloads.is_empty() && request.params.is_empty() {
        let mut names = workloads::by_default(workspace);
        names.retain(|name| workloads.iter().all(|chosen| chosen.workload.name != *name));
        missing.push(format!(
            "{} ({})",
            counted(names.len() as u64, "workload"),
            names.join(", ")
        ));
    }
    let all = registry.by_default().variants.len();
    if request.models.is_empty() && variants < all {
        missing.push(format!(
            "{} of {}",
            all - variants,
            counted(all as u64, "variant")
        ));
    }
    (!missing.is_empty()).then(|| {
        format!(
            "quick left out {}: `--profile standard` runs them too",
            missing.join(" and ")
        )
    })
}

/// The models that take part only where they are asked for.
fn left_out_on_request(registry: &Registry, request: &Request) -> Option<String> {
    let models = registry.models.iter();
    let names: Vec<&str> = models
        .filter(|model| model.on_request && !model.hidden)
        .map(|model| model.name.as_str())
        .collect();
    let first = names.first()?;
    request.models.is_empty().then(|| {
        let all = names.join(", ");
        format!("{all} did not take part: `--model '{first}/*'` runs it")
    })
}

fn check_all(
    source: Source<'_>,
    workloads: &[Chosen],
    variants: &[Selected],
    (wanted, settings): (&Wanted, &Settings),
    request: &Request,
) -> anyhow::Result<()> {
    let sizes = &request.sizes;
    for chosen in workloads {
        let its_wanted = wanted.with_workers(chosen.workers());
        check(&chosen.workload, &its_wanted, sizes.postgres.as_deref())
            .map_err(|problem| Usage::error(format!("{}: {problem}", chosen.workload.name)))?;
    }
    let too_long = match source {
        Source::Checkout(_) => first_too_long(
            workloads,
            variants.iter(),
            wanted,
            settings,
            sizes.time_limit,
        ),
        // A script has a clock of its own, and no limit.
        Source::Script(_) => None,
    };
    too_long.map_or(Ok(()), |problem| Err(Usage::error(problem)))
}

/// What a file alone cannot show: sizes from the command line, and one data set of a kind.
fn check(workload: &Workload, wanted: &Wanted, postgres_url: Option<&str>) -> Result<(), String> {
    let lanes = wanted.lanes(workload);
    if let Some(problem) = too_many_connections(workload, lanes, postgres_url) {
        return Err(problem);
    }
    let needed = workload.tasks.saturating_add(lanes);
    for step in &workload.steps {
        match step {
            Step::ReadFile(read) if read.cache == Cache::Cold && read.files < needed => {
                let files = read.files;
                return Err(format!(
                    "`files = {files}` is too few for cold reads with {lanes} in flight: \
                     {needed} are needed"
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
