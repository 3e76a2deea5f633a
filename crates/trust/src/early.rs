//! What it costs and changes that single variants stop while others go on: reports in which one variant of each
//! workload is far behind, with and without it.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::{StatisticsError, Verdict};

use crate::parallel::repeat;
use crate::plan::{Plan, REPORT};
use crate::setting::Setting;
use crate::simulate::in_blocks;

/// The machines: two that drift, one that stays, and three beside a neighbour in bursts, where disturbed rounds
/// are measured again.
pub(crate) const MACHINES: [usize; 6] = [0, 1, 2, 4, 6, 8];
/// Five workloads of 12 variants, one of which takes 46 times as long as the reference.
const FAR_BEHIND: Plan = Plan {
    different: 1,
    truth: 46.0,
    ..REPORT
};
/// An interval needs as many rounds as this.
const FOR_AN_INTERVAL: u64 = 6;

/// Counts over reports with one variant of each workload far behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Early {
    pub(crate) reports: u64,
    /// Variants that are far behind, and those of them that are called slower.
    pub(crate) behind: u64,
    pub(crate) behind_slower: u64,
    /// Reports in which any of the equals is called faster or slower.
    pub(crate) with_false: u64,
    /// The equals, those of them that are found equal, and those whose 95 % interval contains 1.
    pub(crate) equals: u64,
    pub(crate) equivalent: u64,
    pub(crate) covered: u64,
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
    for (index, paired) in simulated.compared.iter().enumerate() {
        let verdict = &paired.judgement.verdict;
        let is_slower = matches!(verdict, Verdict::Slower);
        if plan.truth_of(index) == 1.0 {
            counts.equals += 1;
            counts.equivalent += u64::from(matches!(verdict, Verdict::Equivalent));
            let interval = paired.ratio.intervals.map(|intervals| intervals.at_95);
            counts.covered += u64::from(interval.is_some_and(|its| its.contains(1.0)));
            counts.with_false |= u64::from(is_slower || matches!(verdict, Verdict::Faster));
        } else {
            counts.behind += 1;
            counts.behind_slower += u64::from(is_slower);
            counts.runs_behind += u64::from(paired.ratio.blocks);
        }
    }
    Ok(counts)
}

impl AddAssign for Early {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.behind += other.behind;
        self.behind_slower += other.behind_slower;
        self.with_false += other.with_false;
        self.equals += other.equals;
        self.equivalent += other.equivalent;
        self.covered += other.covered;
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
    }
}
