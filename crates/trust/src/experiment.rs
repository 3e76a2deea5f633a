//! Counts over many simulated reports: verdicts that are false, differences that are found, and intervals that
//! cover the truth, by each metric; and what the usual statistics of elapsed times say of the same.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::StatisticsError;
use verdict::rng::Generator;

use crate::metrics::ByMetric;
use crate::naive::{bootstrap, welch_differs};
use crate::parallel::repeat;
use crate::plan::Plan;
use crate::sequence::{Times, in_sequence};
use crate::setting::Setting;
use crate::signs::{Differing, Equals};
use crate::simulate::in_blocks;

/// Counts over reports in which nothing differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Reports {
    pub(crate) reports: u64,
    /// Reports with any *faster* or *slower*, by whichever metric.
    pub(crate) with_verdict: u64,
    /// Reports with any `+` or `-`: slightly or likely faster or slower.
    pub(crate) with_slight: u64,
    pub(crate) by: ByMetric<Equals>,
    /// Rounds that were measured, and those of them that were disturbed and do not count.
    pub(crate) rounds: u64,
    pub(crate) repeated: u64,
    /// Reports in which Welch's test detects any difference of times.
    pub(crate) welch: u64,
    /// Reports in which any interval of the bootstrap of times excludes 1.
    pub(crate) bootstrap: u64,
}

/// Counts over the variants that differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Comparisons {
    pub(crate) by: ByMetric<Differing>,
    /// Runs that were made.
    pub(crate) runs: u64,
    /// What the usual statistics say of times.
    pub(crate) welch_slower: u64,
    pub(crate) welch_covered: u64,
    pub(crate) bootstrap_slower: u64,
    pub(crate) bootstrap_covered: u64,
}

/// Counts over this many reports in which nothing differs.
pub(crate) fn reports(
    setting: &Setting,
    plan: &Plan,
    times: u64,
    seed: u64,
) -> Result<Reports, StatisticsError> {
    repeat(times, seed, |own_seed| one_report(setting, plan, own_seed))
}

fn one_report(setting: &Setting, plan: &Plan, seed: u64) -> Result<Reports, StatisticsError> {
    let simulated = in_blocks(setting, plan, seed)?;
    let mut by: ByMetric<Equals> = ByMetric::default();
    for variant in &simulated.compared {
        by.time += Equals::of(&variant.time);
        by.cpu += Equals::of(&variant.cpu);
    }
    let samples = sequential_samples(setting, plan, seed);
    let mut random = Generator::new(seed);
    Ok(Reports {
        reports: 1,
        with_verdict: u64::from(by.time.called + by.cpu.called > 0),
        with_slight: u64::from(by.time.slight + by.cpu.slight > 0),
        by,
        rounds: simulated.rounds,
        repeated: simulated.repeated,
        welch: u64::from(samples.iter().any(|(a, b)| welch_differs(a, b))),
        bootstrap: u64::from(samples.iter().any(|(a, b)| {
            let (lower, upper) = bootstrap(a, b, &mut random);
            !(lower..=upper).contains(&1.0)
        })),
    })
}

/// Counts over this many reports, of the variants that differ by both metrics.
pub(crate) fn comparisons(
    setting: &Setting,
    plan: &Plan,
    times: u64,
    seed: u64,
) -> Result<Comparisons, StatisticsError> {
    repeat(times, seed, |own_seed| {
        one_comparison(setting, plan, own_seed)
    })
}

fn one_comparison(
    setting: &Setting,
    plan: &Plan,
    seed: u64,
) -> Result<Comparisons, StatisticsError> {
    // The whole report is judged before equal variants are dropped, because the correction for the
    // number of comparisons depends on all of them.
    let simulated = in_blocks(setting, plan, seed)?;
    let mut by: ByMetric<Differing> = ByMetric::default();
    for (variant, paired) in simulated.compared.iter().enumerate() {
        if plan.is_different(variant) {
            by.time += Differing::of(&paired.time, plan.truth);
            by.cpu += Differing::of(&paired.cpu, plan.truth);
        }
    }
    Ok(Comparisons {
        by,
        runs: simulated.runs,
        ..sequential_counts(setting, plan, seed)
    })
}

/// The counts of Welch's test and of the bootstrap, over the same comparisons measured one variant
/// after the other.
fn sequential_counts(setting: &Setting, plan: &Plan, seed: u64) -> Comparisons {
    let mut random = Generator::new(seed);
    let mut sum = Comparisons::default();
    for (variant, (a, b)) in sequential_samples(setting, plan, seed)
        .into_iter()
        .enumerate()
    {
        if !plan.is_different(variant) {
            continue;
        }
        let is_above = b.iter().sum::<f64>() > a.iter().sum();
        sum.welch_slower += u64::from(is_above && welch_differs(&a, &b));
        // Welch's test gives no interval of a ratio. An interval covers the truth exactly where the
        // test does not reject it, so the reference is scaled by the truth and tested again.
        let scaled: Vec<f64> = a.iter().map(|time| time * plan.truth).collect();
        sum.welch_covered += u64::from(!welch_differs(&scaled, &b));
        let (lower, upper) = bootstrap(&a, &b, &mut random);
        sum.bootstrap_slower += u64::from(lower > 1.0);
        sum.bootstrap_covered += u64::from((lower..=upper).contains(&plan.truth));
    }
    sum
}

fn sequential_samples(setting: &Setting, plan: &Plan, seed: u64) -> Vec<Times> {
    if !setting.has_usual_way(plan) {
        Vec::new()
    } else {
        in_sequence(setting, plan, seed)
    }
}

impl AddAssign for Reports {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.with_verdict += other.with_verdict;
        self.with_slight += other.with_slight;
        self.by += other.by;
        self.rounds += other.rounds;
        self.repeated += other.repeated;
        self.welch += other.welch;
        self.bootstrap += other.bootstrap;
    }
}

impl AddAssign for Comparisons {
    fn add_assign(&mut self, other: Self) {
        self.by += other.by;
        self.runs += other.runs;
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
        let counts = reports(&SETTINGS[0], &REPORT, 3, 1).unwrap();
        let comparisons = (counts.by.time.comparisons, counts.by.cpu.comparisons);
        assert_eq!((counts.reports, comparisons), (3, (90, 90)));
        assert_eq!(
            (counts.with_verdict, counts.welch, counts.bootstrap),
            (0, 3, 3)
        );
    }

    #[test]
    fn a_tenth_is_found_and_covered_by_both_metrics() {
        let counts = comparisons(&SETTINGS[0], &three_arms(30, 1.1), 40, 2).unwrap();
        for by in counts.by.both() {
            assert_eq!((by.comparisons, by.faster), (40, 0));
            assert!(by.slower >= 38 && by.covered >= 32, "{by:?}");
        }
        assert_eq!(
            counts,
            comparisons(&SETTINGS[0], &three_arms(30, 1.1), 40, 2).unwrap()
        );
    }
}
