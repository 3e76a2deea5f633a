//! Whether a stored comparison is complete, and whether its failures are those of what was killed.

use results::{Arm, Kind, Outcome, Pass, Profile, Row, Run, RunFile, Stored};

use crate::plan::Target;

/// The number of rounds that are asked for where times are measured.
pub(crate) const ROUNDS: u64 = 3;

/// Whether a comparison came to its end.
pub(crate) fn is_complete(run: &RunFile) -> bool {
    run.ended.is_some() && !run.interrupted
}

/// The pairs of workload and variant that have fewer runs than were asked for, and no failure that says why.
pub(crate) fn missing(stored: &Stored) -> Vec<String> {
    let mut missing = Vec::new();
    let (pass, wanted) = match stored.run.options.profile {
        Profile::Smoke => (Pass::Correctness, 1),
        _ => (Pass::Measured, ROUNDS),
    };
    for workload in &stored.run.workloads {
        for variant in &stored.run.variants {
            let name = &workload.workload.name;
            let of_pair: Vec<&Run> = runs(stored)
                .filter(|run| run.variant == variant.name)
                .filter(|run| run.workload == *name || run.workload.is_empty())
                .collect();
            let has_failed = of_pair.iter().any(|run| failure(run).is_some());
            let done = of_pair
                .iter()
                .filter(|run| run.pass == pass && run.arm == Arm::Main);
            let mut blocks: Vec<u64> = done.map(|run| run.block).collect();
            blocks.dedup();
            if !has_failed && (blocks.len() as u64) < wanted {
                missing.push(format!(
                    "{name}, {}: {} of {wanted} rounds",
                    variant.name,
                    blocks.len()
                ));
            }
        }
    }
    missing
}

/// The failures that nothing that was killed explains.
pub(crate) fn unexplained(stored: &Stored, killed: &[Target]) -> Vec<String> {
    // A service that is lost once is started again, and the run repeated: two in a row are a failure.
    let mut of_services = times(killed, &[Target::Service, Target::Postgres]) / 2;
    let mut of_models = times(killed, &[Target::Model, Target::Worker]);
    let failures = runs(stored).filter_map(|run| Some((run, failure(run)?)));
    failures
        .filter(|(_, failure)| match failure.kind {
            Kind::Unsupported => false,
            Kind::Differs | Kind::Hung | Kind::Impossible => true,
            Kind::Service => !take_one(&mut of_services),
            _ => !take_one(&mut of_models),
        })
        .map(|(run, failure)| {
            let kind = failure.kind.word();
            format!("{}, {}: {kind}: {failure}", run.workload, run.variant)
        })
        .collect()
}

/// How many of the kills were of these.
fn times(killed: &[Target], targets: &[Target]) -> usize {
    killed.iter().filter(|one| targets.contains(one)).count()
}

/// Takes one from a number of explanations, where there is any left.
fn take_one(left: &mut usize) -> bool {
    let is_left = *left > 0;
    *left = left.saturating_sub(1);
    is_left
}

fn runs(stored: &Stored) -> impl Iterator<Item = &Run> {
    stored.rows.iter().filter_map(|row| match row {
        Row::Run(run) => Some(&**run),
        Row::Block(_) => None,
    })
}

fn failure(run: &Run) -> Option<&results::Failure> {
    match &run.outcome {
        Outcome::Failed(failed) => Some(&failed.failure),
        Outcome::Measured(_) => None,
    }
}
