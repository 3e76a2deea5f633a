//! Counts over the comparisons of simulated fleets.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::{StatisticsError, Verdict};

use super::Fleet;
use super::simulate::{Simulated, report};
use crate::parallel::repeat;

/// Counts over reports of one fleet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) reports: u64,
    /// Reports in which a variant that is equal over these hosts is called faster or slower.
    pub(crate) with_false: u64,
    pub(crate) comparisons: u64,
    /// Comparisons whose interval of these hosts contains the truth about them.
    pub(crate) covered: u64,
    /// Comparisons with an interval of hosts like these, and those of them that contain the truth.
    pub(crate) alike: u64,
    pub(crate) alike_covered: u64,
    /// Comparisons whose verdict is *depends*.
    pub(crate) depends: u64,
    /// Variants that are slower over these hosts, and those of them that are called so.
    pub(crate) slower: u64,
    pub(crate) called_slower: u64,
}

/// Counts over so many reports.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn count(fleet: &Fleet, times: u64, seed: u64) -> Result<Counts, StatisticsError> {
    repeat(times, seed, |own_seed| {
        Ok(counts_of(&report(fleet, own_seed)?))
    })
}

fn counts_of(report: &[Simulated]) -> Counts {
    let mut counts = Counts {
        reports: 1,
        ..Counts::default()
    };
    let mut is_false = false;
    for one in report {
        let verdict = one.judgement.judgement.verdict;
        let called = matches!(verdict, Verdict::Faster | Verdict::Slower);
        // Ratios that cancel over the hosts do so up to rounding.
        let is_equal = one.these.abs() < 1e-12;
        is_false |= called && is_equal;
        counts.comparisons += 1;
        counts.covered += u64::from(covers(&one.judgement.these, one.these));
        counts.depends += u64::from(matches!(verdict, Verdict::Depends { .. }));
        counts.slower += u64::from(!is_equal && one.these > 0.0);
        counts.called_slower +=
            u64::from(!is_equal && one.these > 0.0 && verdict == Verdict::Slower);
        if let Some((alike, truth)) = one.judgement.alike.zip(one.alike) {
            counts.alike += 1;
            counts.alike_covered += u64::from(covers(&alike.ratio, truth));
        }
    }
    counts.with_false = u64::from(is_false);
    counts
}

fn covers(ratio: &verdict::PairedRatio, truth: f64) -> bool {
    let intervals = ratio.intervals;
    intervals.is_some_and(|both| both.at_95.contains(truth.exp()))
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.with_false += other.with_false;
        self.comparisons += other.comparisons;
        self.covered += other.covered;
        self.alike += other.alike;
        self.alike_covered += other.alike_covered;
        self.depends += other.depends;
        self.slower += other.slower;
        self.called_slower += other.called_slower;
    }
}
