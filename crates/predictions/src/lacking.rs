//! What a calibration could not measure, with the reasons.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Selected;
use predict::Calibration;
use results::{Outcome, Row, Stored};

/// A run that had no result, and why.
#[derive(Debug)]
pub(crate) struct FailedRun {
    pub(crate) variant: String,
    pub(crate) workload: String,
    pub(crate) why: String,
}

/// The runs without a result.
pub(crate) fn failures_of(stored: &Stored) -> impl Iterator<Item = FailedRun> {
    stored.rows.iter().filter_map(|row| match row {
        Row::Run(run) => match &run.outcome {
            Outcome::Failed(failed) => Some(FailedRun {
                variant: run.variant.clone(),
                workload: run.workload.clone(),
                why: failed.failure.message.clone(),
            }),
            Outcome::Measured(_) => None,
        },
        _ => None,
    })
}

/// A line for each variant that was to be measured and has no rows, with the reason; and a line for
/// each reason why workloads have no rows under any variant, such as a server that is not on this machine.
pub(crate) fn lacking(
    variants: &[Selected],
    kept: &Calibration,
    failures: &[FailedRun],
) -> Vec<String> {
    let measured = kept.variants();
    let names = variants.iter().map(Selected::name);
    let mut lines: Vec<String> = names
        .filter(|name| !measured.contains(&name.as_str()))
        .map(|name| {
            let mut of_it = failures.iter().filter(|failed| failed.variant == name);
            let why = of_it.next().map_or("it has no runs", |failed| &failed.why);
            not_calibrated(&name, why)
        })
        .collect();
    let mut by_reason: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for failed in failures {
        let mut points = kept.points.iter();
        let is_measured = points.any(|point| point.workload.name == failed.workload);
        if !is_measured && measured.contains(&failed.variant.as_str()) {
            let workloads = by_reason.entry(&failed.why).or_default();
            workloads.insert(&failed.workload);
        }
    }
    lines.extend(by_reason.into_iter().map(|(why, workloads)| {
        let names: Vec<&str> = workloads.into_iter().collect();
        not_calibrated(&names.join(", "), why)
    }));
    lines
}

fn not_calibrated(what: &str, why: &str) -> String {
    format!(
        "not calibrated: {}: {}",
        terminal::shown(what),
        terminal::shown(why)
    )
}

#[cfg(test)]
mod tests {
    use catalog::Workspace;

    use super::*;
    use crate::unfinished::tests::with;

    #[test]
    fn variants_and_workloads_without_rows_are_named_with_the_reason() {
        let kept = with(&["threads/pool"], 1);
        let registry = catalog::Registry::find(&Workspace::find(None, &[]).unwrap());
        let variants =
            ["threads/pool", "threads/rayon"].map(|name| registry.exactly(name).ok().unwrap());
        let failed = |variant: &str, workload: &str, why: &str| FailedRun {
            variant: variant.to_owned(),
            workload: workload.to_owned(),
            why: why.to_owned(),
        };
        let failures = [
            failed("threads/rayon", "cal-noop", "it ended"),
            failed("threads/pool", "cal-noop", "once"),
            failed("threads/pool", "cal-pg-3", "no server"),
            failed("threads/pool", "cal-pg-16", "no server"),
        ];
        assert_eq!(
            lacking(&variants, &kept, &failures),
            [
                "not calibrated: threads/rayon: it ended",
                "not calibrated: cal-pg-16, cal-pg-3: no server",
            ]
        );
    }
}
