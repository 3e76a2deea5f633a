//! What is counted over many simulated reports: verdicts that are false, differences that are
//! found, intervals that cover. How a report is simulated is left to `simulate`.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::rng::Generator;
use verdict::{StatisticsError, Verdict};

use super::naive::{bootstrap, welch_differs};
use super::parallel::repeat;
use super::plan::Plan;
use super::setting::Setting;
use super::simulate::{Paired, Samples, in_blocks, in_sequence};

/// Counts over reports in which nothing differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Reports {
    pub(super) reports: u64,
    /// Reports with any *faster* or *slower*.
    pub(super) with_verdict: u64,
    /// Reports with any *slightly faster* or *slightly slower*.
    pub(super) with_slight: u64,
    /// Comparisons without a verdict, because the control moved.
    pub(super) suppressed: u64,
    pub(super) comparisons: u64,
    /// Reports in which Welch's test finds any difference.
    pub(super) welch: u64,
    /// Reports in which any interval of the bootstrap excludes 1.
    pub(super) bootstrap: u64,
}

/// Counts over the comparisons in which something differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Comparisons {
    pub(super) comparisons: u64,
    pub(super) slower: u64,
    pub(super) faster: u64,
    pub(super) suppressed: u64,
    pub(super) covered: u64,
    pub(super) welch_slower: u64,
    pub(super) welch_covered: u64,
    pub(super) bootstrap_slower: u64,
    pub(super) bootstrap_covered: u64,
}

/// Over so many reports in which nothing differs.
pub(super) fn reports(
    setting: &Setting,
    plan: &Plan,
    times: u64,
    seed: u64,
) -> Result<Reports, StatisticsError> {
    repeat(times, seed, |own| one_report(setting, plan, own))
}

fn one_report(setting: &Setting, plan: &Plan, seed: u64) -> Result<Reports, StatisticsError> {
    let found = in_blocks(setting, plan, seed)?;
    let any = |is: fn(&Verdict) -> bool| u64::from(found.iter().any(|p| is(&p.judgement.verdict)));
    let mut random = Generator::new(seed);
    let samples = usual_way(setting, plan, seed);
    let mut excludes_one = |(a, b): &Samples| {
        let (lower, upper) = bootstrap(a, b, &mut random);
        !(lower..=upper).contains(&1.0)
    };
    Ok(Reports {
        reports: 1,
        with_verdict: any(|verdict| matches!(verdict, Verdict::Faster | Verdict::Slower)),
        with_slight: any(is_slight),
        suppressed: count(&found, is_suppressed),
        comparisons: found.len() as u64,
        welch: u64::from(samples.iter().any(|(a, b)| welch_differs(a, b))),
        bootstrap: u64::from(samples.iter().any(&mut excludes_one)),
    })
}

/// Over so many reports of this plan.
pub(super) fn comparisons(
    setting: &Setting,
    plan: &Plan,
    times: u64,
    seed: u64,
) -> Result<Comparisons, StatisticsError> {
    repeat(times, seed, |own| one_comparison(setting, plan, own))
}

fn one_comparison(
    setting: &Setting,
    plan: &Plan,
    seed: u64,
) -> Result<Comparisons, StatisticsError> {
    let is_different = |(at, _): &(usize, Paired)| plan.truth_of(*at) != 1.0;
    let found = in_blocks(setting, plan, seed)?.into_iter().enumerate();
    let found: Vec<Paired> = found
        .filter(is_different)
        .map(|(_, paired)| paired)
        .collect();
    let covers = |paired: &Paired| {
        let intervals = paired.ratio.intervals;
        intervals.is_some_and(|both| both.at_95.contains(plan.truth))
    };
    let naive = naive(setting, plan, seed);
    Ok(Comparisons {
        comparisons: found.len() as u64,
        slower: count(&found, |verdict| matches!(verdict, Verdict::Slower)),
        faster: count(&found, |verdict| matches!(verdict, Verdict::Faster)),
        suppressed: count(&found, is_suppressed),
        covered: found.iter().filter(|paired| covers(paired)).count() as u64,
        ..naive
    })
}

/// The same, one variant after the other.
fn naive(setting: &Setting, plan: &Plan, seed: u64) -> Comparisons {
    let mut random = Generator::new(seed);
    let mut sum = Comparisons::default();
    let samples = usual_way(setting, plan, seed).into_iter().enumerate();
    for (_, (a, b)) in samples.filter(|(at, _)| plan.truth_of(*at) != 1.0) {
        let is_above = b.iter().sum::<f64>() > a.iter().sum();
        sum.welch_slower += u64::from(is_above && welch_differs(&a, &b));
        // The truth is covered where the test, held against the truth, finds no difference.
        let scaled: Vec<f64> = a.iter().map(|time| time * plan.truth).collect();
        sum.welch_covered += u64::from(!welch_differs(&scaled, &b));
        let (lower, upper) = bootstrap(&a, &b, &mut random);
        sum.bootstrap_slower += u64::from(lower > 1.0);
        sum.bootstrap_covered += u64::from((lower..=upper).contains(&plan.truth));
    }
    sum
}

/// Nobody stops by precision there.
fn usual_way(setting: &Setting, plan: &Plan, seed: u64) -> Vec<Samples> {
    match plan.stops {
        true => Vec::new(),
        false => in_sequence(setting, plan, seed),
    }
}

fn count(found: &[Paired], is: fn(&Verdict) -> bool) -> u64 {
    let counted = found.iter().filter(|paired| is(&paired.judgement.verdict));
    counted.count() as u64
}

fn is_slight(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::SlightlyFaster | Verdict::SlightlySlower)
}

fn is_suppressed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Suppressed { .. })
}

impl AddAssign for Reports {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.with_verdict += other.with_verdict;
        self.with_slight += other.with_slight;
        self.suppressed += other.suppressed;
        self.comparisons += other.comparisons;
        self.welch += other.welch;
        self.bootstrap += other.bootstrap;
    }
}

impl AddAssign for Comparisons {
    fn add_assign(&mut self, other: Self) {
        self.comparisons += other.comparisons;
        self.slower += other.slower;
        self.faster += other.faster;
        self.suppressed += other.suppressed;
        self.covered += other.covered;
        self.welch_slower += other.welch_slower;
        self.welch_covered += other.welch_covered;
        self.bootstrap_slower += other.bootstrap_slower;
        self.bootstrap_covered += other.bootstrap_covered;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{REPORT, three_arms};
    use crate::setting::SETTINGS;

    #[test]
    fn equal_variants_get_no_verdict_in_blocks_and_many_in_sequence() {
        let found = reports(&SETTINGS[0], &REPORT, 3, 1).unwrap();
        assert_eq!((found.reports, found.comparisons), (3, 180));
        assert_eq!(
            (found.with_verdict, found.welch, found.bootstrap),
            (0, 3, 3)
        );
    }

    #[test]
    fn a_tenth_is_found_and_covered() {
        let found = comparisons(&SETTINGS[0], &three_arms(30, 1.1), 40, 2).unwrap();
        assert_eq!((found.comparisons, found.faster), (40, 0));
        assert!(found.slower >= 38 && found.covered >= 32, "{found:?}");
        assert_eq!(
            found,
            comparisons(&SETTINGS[0], &three_arms(30, 1.1), 40, 2).unwrap()
        );
    }
}
