//! What an earlier comparison has an interval of, and a later one no figure to hold against it: a variant
//! that fails now or became too slow for the budget must not pass for one that was left out on purpose.

use results::{Estimate, Failure, RunFile, Stored, WorkloadRecord};

use crate::same_work::{is_same_work, other_share};
use crate::samples::{estimate, failure, record_of, wrong_digest};

/// A variant at a workload that has no usable figure any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The name of the workload.
    pub workload: String,
    /// The name of the variant.
    pub variant: String,
    /// The reason.
    pub reason: LossReason,
}

/// Why there is no usable figure of a variant any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LossReason {
    /// It failed.
    Failed(Failure),
    /// It did not run, because there was no time for it.
    NoTime,
    /// It runs another part of the workload than it did.
    OtherShare,
    /// It ran so many times, which are too few for an interval.
    TooFewRuns(usize),
    /// There is no such variant, though none was selected by name.
    Absent,
}

/// Every pair of which the first has an interval and the second no usable figure, in the order of the
/// first. What the second was not asked for is not lost, and neither is work that has another definition.
pub(crate) fn lost(first: &Stored, second: &Stored) -> Vec<Lost> {
    let mut found = Vec::new();
    for record in &first.run.workloads {
        let name = &record.workload.name;
        let other = record_of(&second.run, name)
            .filter(|other| is_same_work(&record.workload, &other.workload));
        let Some(other) = other else {
            continue;
        };
        for variant in record.shares.keys() {
            if !has_interval(first, name, variant) {
                continue;
            }
            if let Some(reason) = reason(record, second, other, variant) {
                found.push(Lost {
                    workload: name.clone(),
                    variant: variant.clone(),
                    reason,
                });
            }
        }
    }
    found
}

/// Whether the first has an interval of anything that the second is about to do: the same work, and the same
/// part of it.
pub fn can_be_compared(first: &Stored, second: &RunFile) -> bool {
    first.run.workloads.iter().any(|record| {
        let other = record_of(second, &record.workload.name)
            .filter(|other| is_same_work(&record.workload, &other.workload));
        other.is_some_and(|other| {
            let shares = record.shares.iter();
            shares
                .filter(|(variant, share)| other.shares.get(*variant) == Some(share))
                .any(|(variant, _)| has_interval(first, &record.workload.name, variant))
        })
    })
}

fn has_interval(stored: &Stored, workload: &str, variant: &str) -> bool {
    of_headline(stored, workload, variant).is_some_and(|estimate| estimate.interval.is_some())
}

/// The headline stands for all metrics: a run that has one figure has all.
fn of_headline(stored: &Stored, workload: &str, variant: &str) -> Option<Estimate> {
    let headline = record_of(&stored.run, workload)?.headline();
    estimate(stored, workload, variant, headline)
}

/// Why the second comparison has no usable figure of a variant; `None` where it has one, or was not asked
/// for one.
fn reason(
    record: &WorkloadRecord,
    second: &Stored,
    other: &WorkloadRecord,
    variant: &str,
) -> Option<LossReason> {
    let workload = &other.workload.name;
    if !other.shares.contains_key(variant) {
        return (!is_selected_by_name(&second.run)).then_some(LossReason::Absent);
    }
    // A variant that fails in the end is no longer what it was, however many good runs came before.
    let failed = failure(&second.rows, workload, variant).cloned();
    if let Some(failed) = failed.or_else(|| wrong_digest(&second.run, workload, variant)) {
        return Some(LossReason::Failed(failed.failure));
    }
    if other.left_out.iter().any(|name| name == variant) {
        return Some(LossReason::NoTime);
    }
    if other_share(record, other, variant).is_some() {
        return Some(LossReason::OtherShare);
    }
    let runs = of_headline(second, workload, variant).map_or(0, |estimate| estimate.n);
    (!has_interval(second, workload, variant)).then_some(LossReason::TooFewRuns(runs))
}

/// Whether the variants were selected by name, so that others are missing on purpose. The reference is
/// the first variant and takes part in every selection.
fn is_selected_by_name(run: &RunFile) -> bool {
    run.variants.iter().skip(1).any(|record| record.named)
}
