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
            let of_pair = || {
                runs(stored).filter(|run| {
                    run.variant == variant.name
                        && (run.workload == *name || run.workload.is_empty())
                })
            };
            let has_failed = of_pair().any(|run| failure(run).is_some());
            let done = of_pair().filter(|run| run.pass == pass && run.arm == Arm::Main);
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
    let times = |targets: &[Target]| killed.iter().filter(|one| targets.contains(one)).count();
    let of_models = times(&[Target::Model, Target::Worker]);
    let of_services = times(&[Target::Service, Target::Postgres]);
    let failures = runs(stored).filter_map(|run| Some((run, failure(run)?)));
    let (services, models): (Vec<_>, Vec<_>) = failures
        .filter(|(_, failure)| failure.kind != Kind::Unsupported)
        .partition(|(_, failure)| failure.kind == Kind::Service);
    let in_words = |(run, failure): &(&Run, &results::Failure)| {
        let kind = failure.kind.word();
        format!("{}, {}: {kind}: {failure}", run.workload, run.variant)
    };
    // A service that is lost once is started again, and the run repeated: two in a row are a failure.
    let services = services.iter().skip(of_services / 2).map(in_words);
    let grave = |kind: Kind| matches!(kind, Kind::Differs | Kind::Hung | Kind::Impossible);
    let (grave, others): (Vec<_>, Vec<_>) =
        models.iter().partition(|(_, failure)| grave(failure.kind));
    let others = others.into_iter().skip(of_models).map(in_words);
    let grave = grave.into_iter().map(in_words);
    grave.chain(others).chain(services).collect()
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
