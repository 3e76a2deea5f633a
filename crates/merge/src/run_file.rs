//! The `run.json` of merged units. Pure.

use std::collections::{BTreeMap, BTreeSet};

use fleet::differences;
use results::{DisturbedBlocks, Merged, MergedUnit, RunFile, SeenDigest, WorkloadRecord};

use crate::units::Unit;

/// What all units have in common, and all that only some have, before any row is added.
///
/// # Errors
/// Units that are not of one campaign.
pub(crate) fn merged_run(units: &[Unit], merged: Merged) -> Result<RunFile, String> {
    let first = units.first().ok_or("no complete shard to merge")?;
    for other in units {
        let found = differences(&first.run, &other.run);
        if !found.is_empty() {
            let (one, two) = (first.path.display(), other.path.display());
            return Err(format!(
                "{one} and {two} cannot be merged: {}",
                found.join("; ")
            ));
        }
    }
    let mut run = first.run.clone();
    run.host = None;
    run.shard = None;
    run.merged = Some(merged);
    run.environment = environment(units);
    run.torn_blocks = Vec::new();
    run.disturbed_blocks = BTreeMap::new();
    run.started = extreme(units, |run| Some(&run.started), Iterator::min);
    run.ended = Some(extreme(units, |run| run.ended.as_ref(), Iterator::max));
    run.options.seed = first.record.seed;
    run.workloads = workloads(units);
    for unit in units {
        add_programs(&mut run, &unit.run);
        add_digests(&mut run, &unit.run);
    }
    run.options.blocks = most_blocks(units);
    run.options.fewest_blocks = run.options.blocks;
    run.options.blocks_together = run.options.blocks;
    Ok(run)
}

/// Adds the place of a unit whose blocks got numbers that are larger by `shift`, and what it says of its blocks.
pub(crate) fn add_unit(run: &mut RunFile, unit: &Unit, host: usize, shift: u64, last_block: u64) {
    if let Some(merged) = &mut run.merged {
        merged.units.push(MergedUnit {
            unit: unit.record.unit,
            shard: unit.record.shard,
            attempt: unit.record.attempt,
            host,
            first_block: shift.saturating_add(1),
            last_block,
        });
    }
    let torn = unit
        .run
        .torn_blocks
        .iter()
        .map(|block| block.saturating_add(shift));
    run.torn_blocks.extend(torn);
    for (workload, its) in &unit.run.disturbed_blocks {
        let all = run.disturbed_blocks.entry(workload.clone()).or_default();
        add_disturbed(all, its, shift);
    }
}

/// Whether disturbed blocks count is decided on each host. Of those that count nothing is noted here, because they
/// are like all others.
fn add_disturbed(all: &mut DisturbedBlocks, its: &DisturbedBlocks, shift: u64) {
    if !its.count {
        all.blocks
            .extend(its.blocks.iter().map(|block| block.saturating_add(shift)));
    }
    for variant in &its.systematic {
        if !all.systematic.contains(variant) {
            all.systematic.push(variant.clone());
        }
    }
}

/// Each fact once where all hosts have it in common, and else every value of it.
fn environment(units: &[Unit]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<&String, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in units.iter().flat_map(|unit| &unit.run.environment) {
        values.entry(name).or_default().insert(value);
    }
    let joined = values.into_iter().map(|(name, values)| {
        let all: Vec<&str> = values.into_iter().collect();
        (name.clone(), all.join("; "))
    });
    joined.collect()
}

/// The first or the last of a time of all units, which sorts like its text.
fn extreme<'u>(
    units: &'u [Unit],
    time: fn(&RunFile) -> Option<&String>,
    choose: fn(std::vec::IntoIter<&'u String>) -> Option<&'u String>,
) -> String {
    let times: Vec<&String> = units.iter().filter_map(|unit| time(&unit.run)).collect();
    choose(times.into_iter()).cloned().unwrap_or_default()
}

/// The workloads in the order of their units, each once.
fn workloads(units: &[Unit]) -> Vec<WorkloadRecord> {
    let mut all: Vec<WorkloadRecord> = Vec::new();
    for record in units.iter().flat_map(|unit| &unit.run.workloads) {
        let name = &record.workload.name;
        if let Some(known) = all.iter_mut().find(|known| known.workload.name == *name) {
            let answers = record.expected.iter();
            known
                .expected
                .extend(answers.map(|(tasks, digest)| (*tasks, digest.clone())));
        } else {
            all.push(record.clone());
        }
    }
    all
}

/// The most blocks of any workload, all its units together.
fn most_blocks(units: &[Unit]) -> u64 {
    let mut blocks: BTreeMap<&str, u64> = BTreeMap::new();
    for unit in units {
        *blocks.entry(unit.workload()).or_default() += unit.run.options.blocks;
    }
    blocks.into_values().max().unwrap_or(0)
}

/// Programs that only some units needed, or that only some hosts could build.
fn add_programs(run: &mut RunFile, unit: &RunFile) {
    for (name, digest) in &unit.programs {
        run.programs.entry(name.clone()).or_insert(digest.clone());
    }
    for (known, other) in run.variants.iter_mut().zip(&unit.variants) {
        if known.version.is_none() {
            known.version.clone_from(&other.version);
            known.program.clone_from(&other.program);
        }
    }
}

/// One wrong answer on any host is a wrong answer.
fn add_digests(run: &mut RunFile, unit: &RunFile) {
    for (workload, variants) in &unit.digests {
        let known = run.digests.entry(workload.clone()).or_default();
        for (variant, digest) in variants {
            match known.get_mut(variant) {
                None => {
                    known.insert(variant.clone(), digest.clone());
                }
                Some(before) => *before = both(before, digest),
            }
        }
    }
}

fn both(one: &SeenDigest, other: &SeenDigest) -> SeenDigest {
    // Digests of other prefixes are not put together: a wrong one is told with its own.
    let is_kept = one.tasks == other.tasks || !one.right;
    let mut kept = if is_kept { one.clone() } else { other.clone() };
    if one.tasks == other.tasks {
        let new = other.seen.iter().filter(|seen| !one.seen.contains(seen));
        kept.seen.extend(new.cloned());
    }
    kept.right = one.right && other.right;
    kept
}
