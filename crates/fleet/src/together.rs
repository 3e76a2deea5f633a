//! What two units must have in common to be merged, and in which words it is said that they have not.

use results::{Options, RunFile, VariantRecord, WorkloadRecord};

/// What keeps two units from being merged, a line each; none where they are of one campaign.
#[must_use]
pub fn differences(first: &RunFile, other: &RunFile) -> Vec<String> {
    campaign(first, other)
        .into_iter()
        .chain(changed("tool", &first.tool, &other.tool))
        .chain(changed("commit", &commit(first), &commit(other)))
        .chain(settings(&first.options, &other.options))
        .chain(variants(&first.variants, &other.variants))
        .chain(programs(first, other))
        .chain(workloads(&first.workloads, &other.workloads))
        .collect()
}

fn campaign(first: &RunFile, other: &RunFile) -> Vec<String> {
    let (Some(was), Some(is)) = (first.shard, other.shard) else {
        return vec!["one of them is no shard".to_owned()];
    };
    let shards = changed("shards", &was.shards, &is.shards);
    let seeds = changed("seed of the campaign", &was.seed, &is.seed);
    shards.into_iter().chain(seeds).collect()
}

fn commit(run: &RunFile) -> String {
    match run.changed {
        Some(true) => format!("{} with changes", run.commit),
        _ => run.commit.clone(),
    }
}

/// The settings of all blocks. Seed and blocks are the unit's own, and so is what follows from them.
fn settings(was: &Options, is: &Options) -> Vec<String> {
    [
        changed("profile", &was.profile, &is.profile),
        changed("reference", &was.reference, &is.reference),
        changed("placement", &was.placement, &is.placement),
        changed("workers", &was.workers, &is.workers),
        changed("in flight", &was.in_flight, &is.in_flight),
        changed(
            "switch interval",
            &was.switch_interval_us,
            &is.switch_interval_us,
        ),
        changed("time limit", &was.time_limit_ms, &is.time_limit_ms),
        changed("keep disturbed", &was.keep_disturbed, &is.keep_disturbed),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn variants(was: &[VariantRecord], is: &[VariantRecord]) -> Vec<String> {
    if let Some(line) = changed("variants", &names(was), &names(is)) {
        return vec![line];
    }
    let pairs = was.iter().zip(is);
    pairs.filter_map(|(was, is)| program(was, is)).collect()
}

fn names(records: &[VariantRecord]) -> Vec<&str> {
    records.iter().map(|record| record.name.as_str()).collect()
}

/// Whether a variant is another program. Where it could not be built on one host that is a failure in its rows.
fn program(was: &VariantRecord, is: &VariantRecord) -> Option<String> {
    let name = &was.name;
    let versions = was.version.as_ref().zip(is.version.as_ref());
    let version = versions.and_then(|(was, is)| changed(&format!("version of {name}"), was, is));
    let digests = was.program.as_ref().zip(is.program.as_ref());
    version
        .or_else(|| digests.and_then(|(was, is)| changed(&format!("program of {name}"), was, is)))
}

/// The programs beside the variants that both needed.
fn programs(first: &RunFile, other: &RunFile) -> Vec<String> {
    let both = first.programs.iter();
    both.filter_map(|(name, was)| {
        changed(&format!("program `{name}`"), was, other.programs.get(name)?)
    })
    .collect()
}

/// The workloads that both have.
fn workloads(first: &[WorkloadRecord], other: &[WorkloadRecord]) -> Vec<String> {
    let mut found = Vec::new();
    for was in first {
        let name = &was.workload.name;
        let Some(is) = other.iter().find(|record| record.workload.name == *name) else {
            continue;
        };
        if was.workload != is.workload || was.headline() != is.headline() {
            found.push(format!("the workload {name} is another one"));
        } else if was.shares != is.shares || was.lanes != is.lanes {
            found.push(format!("the variants run another part of {name}"));
        }
    }
    found
}

fn changed<T: PartialEq + std::fmt::Debug>(name: &str, was: &T, is: &T) -> Option<String> {
    (was != is).then(|| format!("{name}: {was:?} and {is:?}"))
}
