//! What it costs and changes that single variants stop while others go on: reports in which one variant of each
//! workload is far behind, with and without it.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::StatisticsError;

use crate::metrics::{ByMetric, METRICS};
use crate::parallel::repeat;
use crate::plan::{Plan, REPORT};
use crate::setting::Setting;
use crate::signs::{Differing, Equals};
use crate::simulate::in_blocks;

/// The machines: of computation and of requests one that stays, those that drift, and those beside a neighbour in
/// bursts, where disturbed rounds are measured again.
pub(crate) const MACHINES: [usize; 8] = [0, 1, 2, 4, 6, 7, 8, 10];
/// Five workloads of 6 variants, one of which has 46 times the reference's headline figure. By the other metric it is
/// the reference's equal, so that its few rounds are tried for false verdicts too.
const FAR_BEHIND: Plan = Plan {
    different: 1,
    truth: 46.0,
    by_headline_alone: true,
    ..REPORT
};
/// An interval needs as many rounds as this.
const FOR_AN_INTERVAL: u64 = 6;

/// Counts over reports with one variant of each workload far behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Early {
    pub(crate) reports: u64,
    /// Variants that are far behind, and those of them that are called so.
    pub(crate) behind: u64,
    pub(crate) behind_slower: u64,
    /// Reports in which any of the equals is called faster or slower, by whichever metric.
    pub(crate) with_false: u64,
    pub(crate) equals: ByMetric<Equals>,
    /// Runs of all variants, and of those far behind.
    pub(crate) runs: u64,
    pub(crate) runs_behind: u64,
}

/// The same report three times: nobody stops alone, variants stop from 6 rounds on, or as `compare` does it.
pub(crate) fn plans() -> [Plan; 3] {
    let as_compare = FAR_BEHIND.that_stops();
    [None, Some(FOR_AN_INTERVAL), as_compare.early_after].map(|early_after| Plan {
        early_after,
        ..as_compare
    })
}

/// Counts over so many reports.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn count(
    setting: &Setting,
    plan: &Plan,
    times: u64,
    seed: u64,
) -> Result<Early, StatisticsError> {
    repeat(times, seed, |own_seed| one(setting, plan, own_seed))
}

fn one(setting: &Setting, plan: &Plan, seed: u64) -> Result<Early, StatisticsError> {
    let simulated = in_blocks(setting, plan, seed)?;
    let mut counts = Early {
        reports: 1,
        runs: simulated.runs,
        ..Early::default()
    };
    for (variant, paired) in simulated.compared.iter().enumerate() {
        for metric in METRICS {
            let its = paired.of(metric);
            let truth = *plan.truth_of(variant, setting.headline).of(metric);
            if truth == 1.0 {
                *counts.equals.of_mut(metric) += Equals::of(its);
            } else {
                counts.behind += 1;
                counts.behind_slower += Differing::of(its, truth).slower;
                counts.runs_behind += u64::from(its.ratio.blocks);
            }
        }
    }
    let called = counts.equals.both().map(|equals| equals.called);
    counts.with_false = u64::from(called != [0, 0]);
    Ok(counts)
}

impl AddAssign for Early {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.behind += other.behind;
        self.behind_slower += other.behind_slower;
        self.with_false += other.with_false;
        self.equals += other.equals;
        self.runs += other.runs;
        self.runs_behind += other.runs_behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::SETTINGS;

    #[test]
    fn who_is_far_behind_stops_with_its_verdict_and_too_early_without_it() {
        let quiet = plans().map(|plan| count(&SETTINGS[0], &plan, 2, 1).unwrap());
        let slower = |at: usize| (quiet[at].behind_slower, quiet[at].behind);
        assert_eq!((slower(0), slower(2)), ((10, 10), (10, 10)));
        assert_eq!(
            slower(1),
            (0, 10),
            "6 rounds are too few for Holm's correction"
        );
        assert_eq!(quiet[2].runs_behind, 10 * FAR_BEHIND.fewest());
        assert!(quiet[2].runs < quiet[0].runs);
        let equals = quiet[2].equals.both().map(|its| its.comparisons);
        assert_eq!(equals, [50, 60], "far behind by time alone");
    }
}
