//! What is compared: the workloads and variants that both revisions have, and have alike. What only
//! one of them has is left out, and said.

use std::collections::BTreeSet;

use super::judge::Row;
use super::request::Request;
use super::side::Side;
use analysis::is_same_work;
use catalog::{Chosen, Registry, Selected, workloads};
use compare::Script;
use launch::Ledger;
use terminal::Usage;

/// One variant, twice.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// Its name, without a side.
    pub(super) name: String,
    pub(super) base: Selected,
    pub(super) head: Selected,
}

/// Everything that is compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Matter {
    pub(super) workloads: Vec<Chosen>,
    pub(super) pairs: Vec<Pair>,
    /// With the reasons.
    pub(super) left_out: Vec<String>,
}

impl Pair {
    /// Its name, its base and its head.
    pub(super) fn both(&self) -> (&str, [&Selected; 2]) {
        (&self.name, [&self.base, &self.head])
    }
}

impl Matter {
    /// The part of it that a first pass found slower.
    pub(super) fn of(&self, rows: &[Row]) -> Vec<(&Pair, Vec<Chosen>)> {
        let suspects = |pair: &Pair, chosen: &Chosen| {
            rows.iter().any(|row| {
                let is_it = row.variant == pair.name && row.workload == chosen.workload.name;
                is_it && row.is_suspect()
            })
        };
        let of_pair = |pair| {
            let chosen = self.workloads.iter();
            let chosen = chosen.filter(|chosen| suspects(pair, chosen)).cloned();
            (pair, chosen.collect())
        };
        let all = self.pairs.iter().map(of_pair);
        all.filter(|(_, chosen): &(&Pair, Vec<Chosen>)| !chosen.is_empty())
            .collect()
    }
}

/// What both have, of what was asked for. What is asked for is looked up in the head.
pub(super) fn of_both(request: &Request, base: &Side, head: &Side) -> anyhow::Result<Matter> {
    let mut matter = Matter::default();
    for chosen in workloads(request, head)? {
        let name = chosen.workload.name.clone();
        match workloads::choose_one(&base.workspace, &chosen.typed) {
            Ok(other) if is_same_work(&other.workload, &chosen.workload) => {
                matter.workloads.push(chosen);
            }
            Ok(_) => matter.left_out.push(format!(
                "{name}: its definition differs between the revisions"
            )),
            Err(error) => matter
                .left_out
                .push(format!("{name}: not in the base: {error}")),
        }
    }
    let patterns = patterns(request, &head.registry)?;
    for selected in variants(&patterns, &head.registry)? {
        let name = selected.name();
        match base.registry.exactly(&name) {
            Ok(other) => matter.pairs.push(Pair {
                base: base.arm(&other),
                head: head.arm(&selected),
                name,
            }),
            Err(error) => {
                let why = format!("{name}: not in the base: {error}");
                matter.left_out.push(why);
            }
        }
    }
    matter.left_out.extend(lost(&patterns, base, head));
    Ok(matter)
}

/// What was asked for and only the base has.
fn lost(patterns: &[String], base: &Side, head: &Side) -> Vec<String> {
    let before = base.registry.matching(patterns).ok();
    let names = before.into_iter().flat_map(|found| found.variants);
    let names = names.map(|selected| selected.name());
    names
        .filter(|name| head.registry.exactly(name).is_err())
        .map(|name| format!("{name}: not in the head"))
        .collect()
}

/// Builds what takes part on either side, each model once.
pub(super) fn build(matter: &Matter, sides: [&Side; 2], ledger: &Ledger) -> anyhow::Result<()> {
    let names = matter.pairs.iter().map(|pair| pair.name.as_str());
    let models: BTreeSet<&str> = names
        .filter_map(|name| name.split_once('/'))
        .map(|(model, _)| model)
        .collect();
    for side in sides {
        let wanted = side.registry.models.iter();
        for model in wanted.filter(|model| models.contains(model.name.as_str())) {
            side.build(model, ledger)?;
        }
    }
    Ok(())
}

fn workloads(request: &Request, head: &Side) -> anyhow::Result<Vec<Chosen>> {
    let mut typed = request.workloads.clone();
    if typed.is_empty() {
        typed = workloads::gate(&head.workspace).map_err(Usage::error)?;
    }
    // A revision from before the marks has none, and comparing nothing must not pass for success.
    if typed.is_empty() {
        return Err(Usage::error(
            "no workload of the head has `gate = true`: name the workloads to compare",
        ));
    }
    workloads::choose(&head.workspace, &typed).map_err(Usage::error)
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
    let found = registry.matching(patterns).map_err(Usage::error)?;
    match found.broken.first() {
        Some((broken, _)) => anyhow::bail!("{}", broken.problem),
        None => Ok(found.variants),
    }
}

/// A script's variants `base:model/variant` and `head:model/variant` are two sides of one.
pub(super) fn of_script(request: &Request, script: &Script) -> anyhow::Result<Matter> {
    let registry = script.registry();
    let visible = registry.visible().variants;
    let heads = visible
        .into_iter()
        .filter_map(|head| Some((head.name().strip_prefix("head:")?.to_owned(), head)));
    let pair = |(name, head): (String, Selected)| {
        let base = registry.exactly(&format!("base:{name}"))?;
        anyhow::Ok(Pair { name, base, head })
    };
    Ok(Matter {
        workloads: script.choose(&request.workloads)?,
        pairs: heads.map(pair).collect::<anyhow::Result<_>>()?,
        left_out: Vec::new(),
    })
}
