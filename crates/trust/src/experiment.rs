//! Counts over many simulated reports: verdicts that are false, differences that are detected, and
//! intervals that cover the truth.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::rng::Generator;
use verdict::{StatisticsError, Verdict};

use crate::naive::{bootstrap, welch_differs};
use crate::parallel::repeat;
use crate::plan::Plan;
use crate::setting::Setting;
use crate::simulate::{Paired, Simulated, Times, in_blocks, in_sequence};

/// Counts over reports in which nothing differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Reports {
    pub(crate) reports: u64,
    /// Reports with any *faster* or *slower*.
    pub(crate) with_verdict: u64,
    /// Reports with any `+` or `-`: slightly or likely faster or slower.
    pub(crate) with_slight: u64,
    /// Comparisons with *no practical difference*, which is right.
    pub(crate) equivalent: u64,
    /// Comparisons with a difference that the control was too wide to vouch for.
    pub(crate) held_back: u64,
    /// Comparisons without a verdict, because the control moved.
    pub(crate) suppressed: u64,
    pub(crate) comparisons: u64,
    /// Rounds that were measured, and those of them that were disturbed and do not count.
    pub(crate) rounds: u64,
    pub(crate) repeated: u64,
    /// Reports in which Welch's test detects any difference.
    pub(crate) welch: u64,
    /// Reports in which any interval of the bootstrap excludes 1.
    pub(crate) bootstrap: u64,
}

/// Counts over the comparisons in which something differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Comparisons {
    pub(crate) comparisons: u64,
    pub(crate) slower: u64,
    pub(crate) faster: u64,
    /// Comparisons with a difference that the control was too wide to vouch for.
    pub(crate) held_back: u64,
    /// Comparisons without a verdict, because the control moved.
    pub(crate) suppressed: u64,
    /// Runs that were made.
    pub(crate) runs: u64,
    /// Comparisons whose 95 % interval contains the true ratio.
    pub(crate) covered: u64,
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
    let Simulated {
        compared,
        rounds,
        repeated,
        ..
    } = in_blocks(setting, plan, seed)?;
    let samples = sequential_samples(setting, plan, seed);
    let mut random = Generator::new(seed);
    Ok(Reports {
        reports: 1,
        with_verdict: u64::from(count(&compared, is_verdict) > 0),
        with_slight: u64::from(count(&compared, is_slight) > 0),
        equivalent: count(&compared, is_equivalent),
        held_back: count(&compared, is_held_back),
        suppressed: count(&compared, is_suppressed),
        comparisons: compared.len() as u64,
        rounds,
        repeated,
        welch: u64::from(samples.iter().any(|(a, b)| welch_differs(a, b))),
        bootstrap: u64::from(samples.iter().any(|(a, b)| {
            let (lower, upper) = bootstrap(a, b, &mut random);
            !(lower..=upper).contains(&1.0)
        })),
    })
}

/// Counts over this many reports, of the comparisons in which something differs.
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
    let different: Vec<Paired> = simulated
        .compared
        .into_iter()
        .enumerate()
        .filter(|(index, _)| plan.truth_of(*index) != 1.0)
        .map(|(_, paired)| paired)
        .collect();
    let covered = different
        .iter()
        .filter_map(|paired| paired.ratio.intervals)
        .filter(|intervals| intervals.at_95.contains(plan.truth))
        .count();
    Ok(Comparisons {
        comparisons: different.len() as u64,
        slower: count(&different, is_slower),
        faster: count(&different, is_faster),
        held_back: count(&different, is_held_back),
        suppressed: count(&different, is_suppressed),
        runs: simulated.runs,
        covered: covered as u64,
        ..sequential_counts(setting, plan, seed)
    })
}

/// The counts of Welch's test and of the bootstrap, over the same comparisons measured one variant
/// after the other.
fn sequential_counts(setting: &Setting, plan: &Plan, seed: u64) -> Comparisons {
    let mut random = Generator::new(seed);
    let mut sum = Comparisons::default();
    for (index, (a, b)) in sequential_samples(setting, plan, seed)
        .into_iter()
        .enumerate()
    {
        if plan.truth_of(index) == 1.0 {
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

fn count(compared: &[Paired], is_counted: fn(&Verdict) -> bool) -> u64 {
    compared
        .iter()
        .filter(|paired| is_counted(&paired.judgement.verdict))
        .count() as u64
}

fn is_slower(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Slower)
}

fn is_faster(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Faster)
}

fn is_verdict(verdict: &Verdict) -> bool {
    is_slower(verdict) || is_faster(verdict)
}

fn is_slight(verdict: &Verdict) -> bool {
    matches!(verdict.symbol(), "+" | "-")
}

fn is_equivalent(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Equivalent)
}

fn is_held_back(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::HeldBack { .. })
}

fn is_suppressed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Suppressed { .. })
}

impl AddAssign for Reports {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.with_verdict += other.with_verdict;
        self.with_slight += other.with_slight;
        self.equivalent += other.equivalent;
        self.held_back += other.held_back;
        self.suppressed += other.suppressed;
        self.comparisons += other.comparisons;
        self.rounds += other.rounds;
        self.repeated += other.repeated;
        self.welch += other.welch;
        self.bootstrap += other.bootstrap;
    }
}

impl AddAssign for Comparisons {
    fn add_assign(&mut self, other: Self) {
        self.comparisons += other.comparisons;
        self.slower += other.slower;
        self.faster += other.faster;
        self.held_back += other.held_back;
        self.suppressed += other.suppressed;
        self.runs += other.runs;
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
        let counts = reports(&SETTINGS[0], &REPORT, 3, 1).unwrap();
        assert_eq!((counts.reports, counts.comparisons), (3, 180));
        assert_eq!(
            (counts.with_verdict, counts.welch, counts.bootstrap),
            (0, 3, 3)
        );
    }

    #[test]
    fn a_tenth_is_found_and_covered() {
        let counts = comparisons(&SETTINGS[0], &three_arms(30, 1.1), 40, 2).unwrap();
        assert_eq!((counts.comparisons, counts.faster), (40, 0));
        assert!(counts.slower >= 38 && counts.covered >= 32, "{counts:?}");
        assert_eq!(
            counts,
            comparisons(&SETTINGS[0], &three_arms(30, 1.1), 40, 2).unwrap()
        );
    }
}
