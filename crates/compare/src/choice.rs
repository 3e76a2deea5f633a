//! From the command line to what is compared: names looked up, defaults filled in, contradictions
//! refused. Nothing is started yet.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::{Cache, Step, Workload};
use verdict::stopping::Precision;

use super::sweep;
use crate::request::{Request, Wish};
use crate::scripted::Script;
use catalog::{
    Broken, Chosen, Param, Registry, Selected, Selection, Workspace, uses_postgres, workloads,
};
use launch::{machine, too_many_connections, without_password};
use results::{Options, Profile, RunFile, VariantRecord, WorkloadRecord, time};
use schedule::{Ability, Rules, Settings, Wanted, fewest_blocks, share};
use terminal::Usage;

/// Where a precision or a time was asked for these end it, and hardly ever this.
const ENOUGH_BLOCKS: u64 = 1000;

/// What is compared, and how thoroughly.
#[derive(Clone, Debug)]
pub struct Choice {
    pub options: Options,
    pub settings: Settings,
    pub wanted: Wanted,
    pub limit: Duration,
    pub workloads: Vec<Chosen>,
    /// The reference among them.
    pub variants: Vec<Selected>,
    /// Models that would take part if they could be read.
    pub broken: Vec<(Broken, bool)>,
    /// A PostgreSQL server that is there already.
    pub postgres: Option<String>,
    /// Played instead of running programs.
    pub script: Option<Script>,
}

impl Choice {
    /// What is asked of everybody at a workload.
    pub fn wanted_of(&self, chosen: &Chosen) -> Wanted {
        self.wanted.with_workers(chosen.workers())
    }

    /// What `run.json` says before anything has run.
    pub(super) fn run_file(&self, workspace: &Workspace) -> RunFile {
        RunFile {
            format: results::FORMAT,
            tool: concat!("xtask ", env!("CARGO_PKG_VERSION")).to_owned(),
            commit: workspace.commit(),
            changed: workspace.is_changed(),
            started: time::readable(time::now_ms()),
            ended: None,
            interrupted: false,
            environment: self.environment(),
            options: self.options.clone(),
            workloads: self
                .workloads
                .iter()
                .map(|chosen| self.workload_record(chosen))
                .collect(),
            variants: self.variant_records(),
            digests: BTreeMap::new(),
            statistics: Vec::new(),
            sweeps: Vec::new(),
        }
    }

    /// A script has no machine.
    fn environment(&self) -> BTreeMap<String, String> {
        match &self.script {
            Some(_) => BTreeMap::from([("scripted".to_owned(), "yes".to_owned())]),
            None => machine::environment()
                .into_iter()
                .chain(self.postgres_server())
                .collect(),
        }
    }

    /// Which PostgreSQL server the figures are of, where it is not one that was made for them.
    fn postgres_server(&self) -> Option<(String, String)> {
        let asked = |chosen: &Chosen| uses_postgres(&chosen.workload);
        let url = self.postgres.as_deref()?;
        let is_asked = self.workloads.iter().any(asked);
        is_asked.then(|| ("postgres".to_owned(), without_password(url)))
    }

    fn workload_record(&self, chosen: &Chosen) -> WorkloadRecord {
        let wanted = self.wanted_of(chosen);
        let share = |selected: &Selected| {
            let ability = Ability::of(selected, &chosen.workload);
            share(&chosen.workload, ability, &wanted, &self.settings)
        };
        WorkloadRecord {
            typed: chosen.typed.clone(),
            workload: chosen.workload.clone(),
            cell: chosen.cell.clone(),
            lanes: wanted.lanes(&chosen.workload),
            shares: self.variants.iter().map(|s| (s.name(), share(s))).collect(),
            left_out: Vec::new(),
            expected: BTreeMap::new(),
        }
    }

    /// A broken model stands there under its own name.
    fn variant_records(&self) -> Vec<VariantRecord> {
        let variants = self.variants.iter().map(|selected| {
            (
                selected.name(),
                selected.variant.about.clone(),
                selected.named,
            )
        });
        let broken = self
            .broken
            .iter()
            .map(|(broken, named)| (broken.name.clone(), broken.problem.clone(), *named));
        let record = |(name, about, named)| VariantRecord {
            name,
            about,
            named,
            version: None,
            program: None,
        };
        variants.chain(broken).map(record).collect()
    }
}

/// Looks everything up.
pub(crate) fn choose(workspace: &Workspace, request: &Request) -> anyhow::Result<Choice> {
    if request.runs.is_some() && !request.profile.measures() {
        return Err(Usage::error(
            "--runs has no meaning with --profile smoke, which measures nothing",
        ));
    }
    let script = match &request.scripted {
        Some(path) => Some(Script::read(path).map_err(|error| Usage::error(format!("{error:#}")))?),
        None => None,
    };
    let cells = sweep::cells(request).map_err(Usage::error)?;
    let (workloads, registry) = match &script {
        Some(script) => (scripted(script, request, &cells)?, script.registry()),
        None => (
            workloads(workspace, request, &cells)?,
            Registry::find(workspace),
        ),
    };
    let Selection {
        mut variants,
        broken,
    } = variants(&registry, request)?;
    let all = registry.visible().variants.len();
    let reference = reference(&registry, request, &mut variants)?;
    let workers = request.sizes.workers();
    let wanted = Wanted {
        workers,
        in_flight: request.sizes.in_flight,
        switch_interval_us: request.sizes.switch_interval_us,
    };
    sweep::refuse_equal_cells(&workloads).map_err(Usage::error)?;
    check_all(&workloads, &wanted, request.sizes.postgres.as_deref())?;
    let settings = sweep::settings(request.profile, &workloads);
    let rules = rules(request, &settings, workloads.len() * (variants.len() - 1));
    let left_out = match &script {
        Some(_) => None,
        None => left_out(workspace, request, &workloads, variants.len(), all),
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
        workers,
        in_flight: request.sizes.in_flight,
        switch_interval_us: request.sizes.switch_interval_us,
        time_limit_ms: millis(request.sizes.time_limit),
        budget_ms: rules.budget.map(millis),
        left_out,
    };
    let limit = request.sizes.time_limit;
    Ok(Choice {
        options,
        settings,
        wanted,
        limit,
        workloads,
        variants,
        broken,
        postgres: request.sizes.postgres.clone(),
        script,
    })
}

fn scripted(
    script: &Script,
    request: &Request,
    cells: &[Vec<Param>],
) -> anyhow::Result<Vec<Chosen>> {
    let typed = sweep::typed(request.workloads.clone(), cells, || script.names());
    script.choose(&typed).map_err(Usage::error)
}

fn workloads(
    workspace: &Workspace,
    request: &Request,
    cells: &[Vec<Param>],
) -> anyhow::Result<Vec<Chosen>> {
    let typed: Vec<String> = match (request.workloads.is_empty(), request.profile) {
        (false, _) => request.workloads.clone(),
        (true, Profile::Quick) => workloads::quick(workspace).map_err(Usage::error)?,
        (true, _) => workloads::names(workspace),
    };
    let typed = workloads::at_rates(typed, &request.rates);
    let typed = sweep::typed(typed, cells, Vec::new);
    let chosen = workloads::choose(workspace, &typed).map_err(Usage::error)?;
    match chosen.is_empty() {
        true => Err(Usage::error("there is no workload")),
        false => Ok(chosen),
    }
}

fn variants(registry: &Registry, request: &Request) -> anyhow::Result<Selection> {
    if !request.models.is_empty() {
        return registry.matching(&request.models).map_err(Usage::error);
    }
    let mut selection = registry.visible();
    if request.profile == Profile::Quick {
        selection.variants.retain(|selected| selected.variant.quick);
    }
    Ok(selection)
}

/// The reference takes part whether or not it was selected; it comes first.
fn reference(
    registry: &Registry,
    request: &Request,
    variants: &mut Vec<Selected>,
) -> anyhow::Result<String> {
    let looked_up = match &request.reference {
        Some(name) => registry.exactly(name),
        None => registry.reference(),
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
fn rules(request: &Request, settings: &Settings, comparisons: usize) -> Rules {
    let for_verdict = fewest_blocks(comparisons);
    let wants_more =
        request.max_time.is_some() || matches!(request.precision, Some(Wish::Within(_)));
    let most = match (request.runs, wants_more) {
        _ if !request.profile.measures() => 0,
        (Some(runs), _) => runs,
        (None, true) => ENOUGH_BLOCKS,
        // A sweep has many cells, and its curves draw on all of them.
        (None, false) if !request.params.is_empty() => for_verdict,
        (None, false) => settings.blocks.max(for_verdict),
    };
    let precision = match (request.runs, request.precision) {
        (Some(_), _) | (_, Some(Wish::Off)) => None,
        (None, Some(Wish::Within(precision))) => Some(precision),
        (None, None) if !request.params.is_empty() => None,
        (None, None) => Some(Precision::default()),
    };
    let together = for_verdict.min(most);
    let planned = request.runs.is_none().then_some(settings.budget);
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

fn left_out(
    workspace: &Workspace,
    request: &Request,
    workloads: &[Chosen],
    variants: usize,
    all: usize,
) -> Option<String> {
    if request.profile != Profile::Quick {
        return None;
    }
    let mut missing = Vec::new();
    if request.workloads.is_empty() && request.params.is_empty() {
        let ran = |name: &String| workloads.iter().any(|chosen| chosen.workload.name == *name);
        let names: Vec<String> = workloads::names(workspace)
            .into_iter()
            .filter(|name| !ran(name))
            .collect();
        missing.push(format!("{} workloads ({})", names.len(), names.join(", ")));
    }
    if request.models.is_empty() && variants < all {
        missing.push(format!("{} of {all} variants", all - variants));
    }
    (!missing.is_empty()).then(|| {
        format!(
            "quick left out {}: `--profile standard` runs them too",
            missing.join(" and ")
        )
    })
}

fn check_all(workloads: &[Chosen], wanted: &Wanted, postgres: Option<&str>) -> anyhow::Result<()> {
    for chosen in workloads {
        let wanted = wanted.with_workers(chosen.workers());
        check(&chosen.workload, &wanted, postgres)
            .map_err(|problem| Usage::error(format!("{}: {problem}", chosen.workload.name)))?;
    }
    Ok(())
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
                    "{files} files are too few for cold reads with {lanes} in flight: \
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
