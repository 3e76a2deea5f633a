//! Measuring what claims need: a comparison for each placement, through the machinery of `compare`,
//! in which only the needed variants of each workload run. What is not to be had is noted, and the
//! rest goes on. Judging is left to `judge`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::book::{Book, Claim};
use super::evidence::{Manifest, Part};
use super::plan::{Needed, needed};
use super::request::Request;
use super::source;
use catalog::params::typed_at;
use catalog::{
    CatalogueError, Chosen, Param, Registry, Selected, Workspace, params::WORKERS, workloads,
};
use compare::{Choice, Pairs, Script};
use launch::DEFAULT_TIME_LIMIT;
use protocol::DEFAULT_SWITCH_INTERVAL_US;
use results::{Folder, Options, Placement, Profile, time};
use schedule::{Ability, Settings, Wanted, share};
use terminal::{Usage, output};

/// Who would wait longer than this for its tasks runs the first of them.
const LONGEST_IDEAL: Duration = Duration::from_millis(400);
/// The claims speak of two threads and two processes; so many compute, on however many processors.
const WORKERS_OF_CLAIMS: u64 = 2;
/// What a run is taken to cost beside its ideal wait, before anything is known.
const USUAL: Duration = Duration::from_millis(200);

/// What was looked up.
struct Found {
    workloads: BTreeMap<String, Chosen>,
    variants: Vec<Selected>,
    missing: BTreeMap<String, String>,
}

/// Measures everything for these claims; the folder in which it is kept.
pub(super) fn measure(
    workspace: &Workspace,
    book: &Book,
    claims: &[&Claim],
    request: &Request,
) -> anyhow::Result<PathBuf> {
    let script = request.scripted.as_deref().map(Script::read).transpose();
    let script = script.map_err(|error| Usage::error(format!("{error:#}")))?;
    let ledger = launch::begin(&workspace.results)?;
    let (commit, now) = (workspace.commit(), time::now_ms());
    let folder = workspace
        .results
        .join(format!("{}-{commit}", time::for_name(now)));
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let needed = needed(book, claims);
    let found = look_up(workspace, book, &needed, script.as_ref(), &folder)?;
    let labels = claims.iter().map(|claim| claim.label()).collect();
    let mut manifest = Manifest::new(labels, commit.clone(), time::readable(now));
    manifest.missing = found.missing.clone();
    manifest.lines = source::lines(&workspace.root, &book.sources);
    manifest.write(&folder)?;
    let bench = Workspace {
        results: folder.clone(),
        ..workspace.clone()
    };
    let seed = request.seed.unwrap_or_else(time::now_ms);
    let mut plans = Vec::new();
    for placement in [Placement::Free, Placement::OneCpu] {
        let options = |reference| options(reference, placement, seed, request.runs);
        if let Some(plan) = plan(&found, &needed, placement, options, script.as_ref()) {
            plans.push(plan);
        }
    }
    tell(&plans, &found.missing);
    for (choice, pairs) in &plans {
        let into = Folder::create(&bench.results, &commit)?;
        let name = into.path().file_name().unwrap_or_default();
        let folder_name = name.to_string_lossy().into_owned();
        let placement = choice.options.placement;
        manifest.parts.push(Part {
            placement,
            folder: folder_name,
        });
        manifest.write(&folder)?;
        let measured = compare::measure_pairs(&bench, &ledger, choice, pairs, into);
        measured.inspect_err(|_| {
            let folder = folder.display();
            output::complain(&format!(
                "what was measured is kept: `claims --from {folder}`"
            ));
        })?;
    }
    Ok(folder)
}

/// Names of workloads and variants; what is not there has a reason.
fn look_up(
    workspace: &Workspace,
    book: &Book,
    needed: &[Needed],
    script: Option<&Script>,
    folder: &Path,
) -> anyhow::Result<Found> {
    let registry = match script {
        Some(script) => script.registry(),
        None => Registry::find(workspace),
    };
    let mut found = Found {
        workloads: BTreeMap::new(),
        variants: Vec::new(),
        missing: BTreeMap::new(),
    };
    for Needed {
        arm, load, scaled, ..
    } in needed
    {
        let (workload, variant) = (&arm.workload, &arm.variant);
        let is_new = |names: &BTreeMap<String, String>, name: &String| !names.contains_key(name);
        if !found.workloads.contains_key(workload) && is_new(&found.missing, workload) {
            match work(workspace, book, load, *scaled, workload, script) {
                Ok(made) => {
                    let chosen = kept(made, folder, script.is_some())?;
                    found.workloads.insert(workload.clone(), chosen);
                }
                Err(why) => drop(found.missing.insert(workload.clone(), why)),
            }
        }
        let is_there = found.variants.iter().any(|known| known.name() == *variant);
        if !is_there && is_new(&found.missing, variant) {
            match registry.exactly(variant) {
                Ok(selected) => found.variants.push(selected),
                Err(error) => drop(
                    found
                        .missing
                        .insert(variant.clone(), why_not(variant, &error)),
                ),
            }
        }
    }
    Ok(found)
}

fn why_not(variant: &str, error: &catalog::SelectError) -> String {
    match error {
        catalog::SelectError::Nothing { .. } => format!("there is no `{variant}` here"),
        broken => broken.to_string(),
    }
}

/// The workload of a load, its settings changed, under its own name.
fn work(
    workspace: &Workspace,
    book: &Book,
    load: &str,
    scaled: bool,
    name: &str,
    script: Option<&Script>,
) -> Result<Chosen, String> {
    if let Some(script) = script {
        let chosen = script.choose(&[name.to_owned()]);
        let chosen = chosen.map_err(|error| error.to_string())?;
        return chosen.into_iter().next().ok_or_else(|| name.to_owned());
    }
    let of = book
        .loads
        .get(load)
        .ok_or_else(|| format!("there is no load `{load}`"))?;
    let chosen = workloads::choose_one(workspace, &of.workload).map_err(|error| match error {
        CatalogueError::Unknown { typed, .. } => format!("there is no workload `{typed}` here"),
        other => other.to_string(),
    })?;
    let of_python = of.cpython.iter().filter(|_| scaled);
    let set = of.set.iter().chain(of_python).map(|(key, value)| Param {
        key: key.clone(),
        value: value.clone(),
    });
    let mut chosen = chosen.at(set.collect())?;
    chosen.workload.name = name.to_owned();
    Ok(chosen)
}

/// As a file, so that any of its runs can be made again by hand.
fn kept(chosen: Chosen, folder: &Path, is_scripted: bool) -> anyhow::Result<Chosen> {
    if is_scripted {
        return Ok(chosen);
    }
    let folder = folder.join("workloads");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let path = folder.join(format!("{}.toml", chosen.workload.name));
    fs::write(&path, toml::to_string(&chosen.workload)?)
        .with_context(|| path.display().to_string())?;
    // All else is in the file.
    let params = chosen.cell.as_ref().map(|cell| cell.params.clone());
    let mut outside = params.unwrap_or_default();
    outside.retain(|param| param.key == WORKERS);
    let typed = typed_at(&path.display().to_string(), &outside);
    Ok(Chosen { typed, ..chosen })
}

/// The comparison of one placement, unless nothing of it can be had.
fn plan(
    found: &Found,
    needed: &[Needed],
    placement: Placement,
    options: impl FnOnce(String) -> Options,
    script: Option<&Script>,
) -> Option<(Choice, Pairs)> {
    let of_placement = needed
        .iter()
        .filter(|needed| needed.arm.placement == placement);
    let can_run = |needed: &&Needed| {
        let has = |name| !found.missing.contains_key(name);
        has(&needed.arm.workload) && has(&needed.arm.variant)
    };
    let needed: Vec<&Needed> = of_placement.filter(can_run).collect();
    let pairs = |wanted: fn(&Needed) -> bool| -> BTreeSet<(String, String)> {
        let of = needed.iter().filter(|needed| wanted(needed));
        of.map(|needed| (needed.arm.workload.clone(), needed.arm.variant.clone()))
            .collect()
    };
    let pairs = Pairs {
        timed: pairs(|needed| needed.timed),
        memory: pairs(|needed| needed.memory),
    };
    let both = || pairs.timed.iter().chain(&pairs.memory);
    let workloads: BTreeSet<&String> = both().map(|(workload, _)| workload).collect();
    let workloads = workloads
        .into_iter()
        .filter_map(|name| found.workloads.get(name).cloned());
    let workloads: Vec<Chosen> = workloads.collect();
    let takes_part = |selected: &&Selected| {
        let name = selected.name();
        both().any(|(_, variant)| *variant == name)
    };
    let variants: Vec<Selected> = found.variants.iter().filter(takes_part).cloned().collect();
    let options = options(variants.first()?.name());
    Some((choice(workloads, variants, options, script), pairs))
}

fn options(reference: String, placement: Placement, seed: u64, blocks: u64) -> Options {
    Options {
        profile: Profile::Standard,
        reference,
        blocks,
        fewest_blocks: blocks,
        blocks_together: blocks,
        precision: None,
        placement,
        seed,
        workers: WORKERS_OF_CLAIMS,
        in_flight: None,
        switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
        time_limit_ms: u64::try_from(DEFAULT_TIME_LIMIT.as_millis()).unwrap_or(u64::MAX),
        budget_ms: None,
        left_out: None,
    }
}

fn choice(
    workloads: Vec<Chosen>,
    variants: Vec<Selected>,
    options: Options,
    script: Option<&Script>,
) -> Choice {
    let wanted = Wanted {
        workers: options.workers,
        in_flight: None,
        switch_interval_us: options.switch_interval_us,
    };
    Choice {
        options,
        settings: settings(),
        wanted,
        limit: DEFAULT_TIME_LIMIT,
        workloads,
        variants,
        postgres: None,
        broken: Vec::new(),
        script: script.cloned(),
    }
}

fn settings() -> Settings {
    Settings {
        longest_ideal: LONGEST_IDEAL,
        ..Settings::of(Profile::Standard)
    }
}

/// How much it is, and what cannot be had; the first block then shows how long it takes.
fn tell(plans: &[(Choice, Pairs)], missing: &BTreeMap<String, String>) {
    let (mut runs, mut cost) = (0, Duration::ZERO);
    for (choice, pairs) in plans {
        let blocks = u32::try_from(choice.options.blocks).unwrap_or(u32::MAX);
        let timed = ideal(choice, &pairs.timed) * (blocks + 1);
        cost += timed + ideal(choice, &pairs.memory) * blocks;
        runs += pairs.timed.len() as u64 * u64::from(blocks + 1);
        runs += pairs.memory.len() as u64 * u64::from(blocks);
    }
    let minutes = cost.as_secs_f64() / 60.0;
    output::complain(&format!(
        "{runs} runs after the build: about {minutes:.0} min"
    ));
    for why in missing.values() {
        output::complain(&format!("not measurable here: {why}"));
    }
}

/// Once each.
fn ideal(choice: &Choice, pairs: &BTreeSet<(String, String)>) -> Duration {
    let of_pair = |(workload, variant): &(String, String)| {
        let chosen = choice
            .workloads
            .iter()
            .find(|chosen| chosen.workload.name == *workload)?;
        let selected = choice
            .variants
            .iter()
            .find(|selected| selected.name() == *variant)?;
        let ability = Ability::of(selected, &chosen.workload);
        let wanted = choice.wanted.with_workers(chosen.workers());
        let share = share(&chosen.workload, ability, &wanted, &choice.settings);
        let rounds = share.tasks.div_ceil(share.in_flight.max(1));
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        Some(USUAL + chosen.workload.wait_per_task().saturating_mul(rounds))
    };
    pairs.iter().filter_map(of_pair).sum()
}
