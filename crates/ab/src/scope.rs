//! The scope of an `ab`: the workloads and variants that both revisions have, and have alike. What only
//! one of them has is left out, with a reason that people are shown.

use std::collections::BTreeSet;

use analysis::is_same_work;
use catalog::{Calibration, Chosen, Registry, Selected, Workspace, workloads};
use compare::Script;
use host::Ledger;
use launch::workload_error;
use results::{Metric, Profile};
use schedule::{Settings, first_too_long};
use terminal::Usage;

use crate::judge::TimedVariant;
use crate::request::Request;
use crate::revision::Revision;

/// One variant, as the base has it and as the head has it.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// Its name, `model/variant`.
    pub(super) name: String,
    pub(super) base: Selected,
    pub(super) head: Selected,
}

/// Everything that is compared: each pair at each workload.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) workloads: Vec<Chosen>,
    pub(super) pairs: Vec<Pair>,
    /// What was asked for and is not compared, each with the reason.
    pub(super) left_out: Vec<String>,
}

impl Pair {
    /// Its name, its base and its head.
    pub(super) fn both(&self) -> (&str, [&Selected; 2]) {
        (&self.name, [&self.base, &self.head])
    }
}

impl Scope {
    /// How many ratios a pass judges: one for each pair, workload and primary metric.
    pub(super) fn comparisons(&self) -> usize {
        let metrics = self
            .workloads
            .iter()
            .map(|chosen| Metric::of(&chosen.workload, chosen.headline).len());
        metrics.sum::<usize>() * self.pairs.len()
    }

    /// The pairs that a first pass found slower, each with the workloads at which it did.
    pub(super) fn suspects(&self, variants: &[TimedVariant]) -> Vec<(&Pair, Vec<Chosen>)> {
        let suspects: BTreeSet<(&str, &str)> = variants
            .iter()
            .filter(|variant| variant.is_suspect())
            .map(|variant| (variant.variant.as_str(), variant.workload.as_str()))
            .collect();
        let mut pairs = Vec::new();
        for pair in &self.pairs {
            let workloads: Vec<Chosen> = self
                .workloads
                .iter()
                .filter(|chosen| suspects.contains(&(&pair.name, &chosen.workload.name)))
                .cloned()
                .collect();
            if !workloads.is_empty() {
                pairs.push((pair, workloads));
            }
        }
        pairs
    }
}

/// What both revisions have of what was asked for, looked up in the head. `tool` is the checkout of this
/// tool, whose workloads a repository without a catalogue of its own is measured with.
pub(super) fn of_revisions(
    request: &Request,
    base: &Revision,
    head: &Revision,
    tool: &Workspace,
    calibration: &dyn Calibration,
) -> anyhow::Result<Scope> {
    let mut scope = Scope::default();
    for chosen in workloads(request, with_catalogue(head, tool), calibration)? {
        let name = chosen.workload.name.clone();
        match workloads::choose_one(with_catalogue(base, tool), &chosen.typed, calibration) {
            // Times of different work cannot be held against each other, whatever the name says.
            Ok(other) if is_same_work(&other.workload, &chosen.workload) => {
                scope.workloads.push(chosen);
            }
            Ok(_) => scope.left_out.push(format!(
                "{name}: its definition differs between the revisions"
            )),
            Err(error) => scope
                .left_out
                .push(format!("{name}: not in the base: {error}")),
        }
    }
    let wanted = patterns(request, &head.registry)?;
    for selected in variants(&wanted, &head.registry)? {
        let name = selected.name();
        match base.registry.exactly(&name) {
            Ok(other) => scope.pairs.push(Pair {
                base: base.arm(&other),
                head: head.arm(&selected),
                name,
            }),
            Err(error) => {
                let why = format!("{name}: not in the base: {error}");
                scope.left_out.push(why);
            }
        }
    }
    scope.left_out.extend(only_in_base(&wanted, base, head));
    Ok(scope)
}

/// Refuses what both sides would be called hung for, though they only do what they were asked.
pub(super) fn refuse_too_long(scope: &Scope, request: &Request) -> anyhow::Result<()> {
    let problem = first_too_long(
        &scope.workloads,
        scope.pairs.iter().flat_map(|pair| [&pair.base, &pair.head]),
        &request.sizes.wanted(),
        &Settings::of(Profile::Standard),
        request.sizes.time_limit,
    );
    problem.map_or(Ok(()), |problem| Err(Usage::error(problem)))
}

/// The variants that were asked for and that only the base has, as reasons.
fn only_in_base(patterns: &[String], base: &Revision, head: &Revision) -> Vec<String> {
    // A pattern that matches nothing in the base is no mistake: the head has been asked already.
    let of_base = base.registry.matching(patterns).ok();
    of_base
        .into_iter()
        .flat_map(|selection| selection.variants)
        .map(|selected| selected.name())
        .filter(|name| head.registry.exactly(name).is_err())
        .map(|name| format!("{name}: not in the head"))
        .collect()
}

/// Builds the models of all pairs in both revisions, each model once.
pub(super) fn build(
    scope: &Scope,
    revisions: [&Revision; 2],
    ledger: &Ledger,
) -> anyhow::Result<()> {
    let models: BTreeSet<&str> = scope
        .pairs
        .iter()
        .filter_map(|pair| pair.name.split_once('/'))
        .map(|(model, _)| model)
        .collect();
    for revision in revisions {
        for model in &revision.registry.models {
            if models.contains(model.name.as_str()) {
                revision.build(model, ledger)?;
            }
        }
    }
    Ok(())
}

/// Where the workloads of a revision are named.
fn with_catalogue<'a>(revision: &'a Revision, tool: &'a Workspace) -> &'a Workspace {
    if workloads::names(&revision.workspace).is_empty() {
        return tool;
    }
    &revision.workspace
}

/// The workloads that were typed, or those that the catalogue of the head marks.
fn workloads(
    request: &Request,
    head: &Workspace,
    calibration: &dyn Calibration,
) -> anyhow::Result<Vec<Chosen>> {
    let mut typed = request.workloads.clone();
    if typed.is_empty() {
        typed = workloads::gate(head).map_err(Usage::error)?;
    }
    // A revision from before the marks has none, and comparing nothing must not pass for success.
    if typed.is_empty() {
        return Err(Usage::error(
            "no workload of the head has `gate = true`: name the workloads to compare",
        ));
    }
    let chosen = workloads::choose(head, &typed, calibration).map_err(workload_error)?;
    // Its package is written against this checkout's crates, and would not build into another revision's.
    match chosen.iter().find(|chosen| chosen.workload.work.is_some()) {
        None => Ok(chosen),
        Some(own) => Err(Usage::error(format!(
            "`{}` is own work, which is built into the models of this checkout: `ab` compares two revisions by \
             workloads of steps",
            own.typed
        ))),
    }
}

/// What was typed, or the names of the variants that the head marks.
fn patterns(request: &Request, registry: &Registry) -> anyhow::Result<Vec<String>> {
    if !request.models.is_empty() {
        return Ok(request.models.clone());
    }
    let marked: Vec<String> = registry.gate().iter().map(Selected::name).collect();
    if marked.is_empty() {
        return Err(Usage::error(
            "no variant of the head has `gate = true`: name variants with `--model`",
        ));
    }
    Ok(marked)
}

fn variants(patterns: &[String], registry: &Registry) -> anyhow::Result<Vec<Selected>> {
    let selection = registry.matching(patterns).map_err(Usage::error)?;
    match selection.broken.first() {
        Some((broken, _)) => anyhow::bail!("{}", broken.problem),
        None => Ok(selection.variants),
    }
}

/// The scope of a script: its variants `base:model/variant` and `head:model/variant` are a pair.
pub(super) fn of_script(request: &Request, script: &Script) -> anyhow::Result<Scope> {
    let registry = script.registry();
    let mut pairs = Vec::new();
    for head in registry.by_default().variants {
        if let Some(name) = head.name().strip_prefix("head:") {
            let base = registry.exactly(&format!("base:{name}"))?;
            pairs.push(Pair {
                name: name.to_owned(),
                base,
                head,
            });
        }
    }
    Ok(Scope {
        workloads: script.choose(&request.workloads)?,
        pairs,
        left_out: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn workspace(root: &Path) -> Workspace {
        Workspace {
            root: root.to_owned(),
            target: root.join("target"),
            results: root.join("results"),
            more_models: Vec::new(),
        }
    }

    #[test]
    fn a_repository_without_workloads_is_measured_with_those_of_the_tool() {
        let [tool, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let tool = workspace(tool.path());
        let head = Revision::working_tree("head", workspace(other.path()));
        assert_eq!(with_catalogue(&head, &tool).root, tool.root);
        let catalogue = other.path().join("crates/workloads/catalog");
        std::fs::create_dir_all(&catalogue).unwrap();
        std::fs::write(catalogue.join("mine.toml"), "").unwrap();
        assert_eq!(with_catalogue(&head, &tool).root, other.path());
    }
}
