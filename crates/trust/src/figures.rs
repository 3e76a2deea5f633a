//! All figures of the scripted part: which experiments there are, how often each is repeated, and
//! whether the bars are met. Showing them is left to `tables`.

use serde::Serialize;
use verdict::StatisticsError;
use verdict::rng::Generator;

use super::experiment::{Comparisons, Reports, comparisons, reports};
use super::plan::{Plan, REPORT, REPORT_WITH_FIVE, three_arms};
use super::setting::{SETTINGS, Setting};

/// Intervals are counted over so many times as many comparisons as the rest.
const MORE_FOR_COVERAGE: u64 = 5;
const TRUTHS: [f64; 3] = [1.02, 1.05, 1.10];
/// Where coverage is counted: in few blocks, in as many as `standard` has, in some more, and in as
/// many as `rigorous` has.
const BLOCKS: [u64; 4] = [12, 30, 40, 60];

/// Everything that was counted.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figures {
    pub(super) seed: u64,
    pub(super) comparisons: u64,
    pub(super) reports: Vec<Of<Reports>>,
    pub(super) power: Vec<Of<Comparisons>>,
    pub(super) coverage: Vec<Of<Comparisons>>,
    pub(super) bars: Vec<Bar>,
}

/// Counts, and what they are of.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Of<T> {
    pub(super) setting: &'static str,
    /// Comparisons of one report.
    pub(super) family: usize,
    /// How many; where it stops at a precision, the fewest and the most.
    pub(super) blocks: String,
    /// Whether it stopped before, at the default precision.
    pub(super) stops: bool,
    /// The true ratio of the variant's time to the reference's.
    pub(super) truth: f64,
    pub(super) counted: T,
}

/// What was promised, and what came of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Bar {
    pub(super) promise: &'static str,
    pub(super) setting: &'static str,
    pub(super) blocks: String,
    /// A part of 1.
    pub(super) figure: f64,
    pub(super) met: bool,
}

/// Counts everything.
pub(super) fn figures(
    times: u64,
    seed: u64,
    on_setting: &dyn Fn(&str),
) -> Result<Figures, StatisticsError> {
    let mut figures = Figures {
        seed,
        comparisons: times,
        reports: Vec::new(),
        power: Vec::new(),
        coverage: Vec::new(),
        bars: Vec::new(),
    };
    for (setting, stream) in SETTINGS.iter().zip(1..) {
        on_setting(setting.name);
        let seed = Generator::for_stream(seed, stream).next_u64();
        count(&mut figures, setting, times, seed)?;
    }
    figures.bars = bars(&figures);
    Ok(figures)
}

fn count(
    figures: &mut Figures,
    setting: &Setting,
    times: u64,
    seed: u64,
) -> Result<(), StatisticsError> {
    let fewer = times.div_ceil(REPORT.workloads as u64);
    for (plan, times) in [(REPORT, times), (REPORT.that_stops(), fewer)] {
        let counted = reports(setting, &plan, times, seed)?;
        figures.reports.push(of(setting, &plan, counted));
    }
    let found = |plan: Plan, times| {
        let counted = comparisons(setting, &plan, times, seed)?;
        Ok(of(setting, &plan, counted))
    };
    for truth in TRUTHS {
        figures.power.push(found(three_arms(30, truth), times)?);
    }
    figures.power.push(found(REPORT_WITH_FIVE, fewer)?);
    let fixed = BLOCKS.map(|blocks| three_arms(blocks, 1.05));
    for plan in fixed.into_iter().chain([three_arms(60, 1.05).that_stops()]) {
        figures
            .coverage
            .push(found(plan, times * MORE_FOR_COVERAGE)?);
    }
    Ok(())
}

fn of<T>(setting: &Setting, plan: &Plan, counted: T) -> Of<T> {
    let stops = if plan.stops { ", ±2 %" } else { "" };
    let fewest = if plan.stops {
        format!("{}-", plan.fewest())
    } else {
        String::new()
    };
    Of {
        setting: setting.name,
        family: plan.comparisons(),
        blocks: format!("{fewest}{}{stops}", plan.blocks),
        stops: plan.stops,
        truth: plan.truth,
        counted,
    }
}

fn bars(figures: &Figures) -> Vec<Bar> {
    let reports = figures.reports.iter().map(|of| {
        let figure = part(of.counted.with_verdict, of.counted.reports);
        let promise = "A/A reports of 60 comparisons with a false verdict: at most 1 %";
        of.bar(promise, figure, figure <= 0.01)
    });
    let of_three = |of: &&Of<Comparisons>| of.truth == 1.05 && of.family == 1;
    let power = figures.power.iter().filter(of_three).map(|of| {
        let figure = part(of.counted.slower, of.counted.comparisons);
        let promise = "a true 5 % among 3 arms found: at least 95 %";
        of.bar(promise, figure, figure >= 0.95)
    });
    let at_30 = |of: &&Of<Comparisons>| of.blocks == "30";
    let coverage = figures.coverage.iter().filter(at_30).map(|of| {
        let figure = part(of.counted.covered, of.counted.comparisons);
        let promise = "95 % intervals that cover the truth: 94 to 96.5 %";
        of.bar(promise, figure, (0.94..=0.965).contains(&figure))
    });
    let has_bars = |name: &str| SETTINGS.iter().any(|s| s.has_bars && s.name == name);
    let all = reports.chain(power).chain(coverage);
    all.filter(|bar| has_bars(bar.setting)).collect()
}

impl<T> Of<T> {
    fn bar(&self, promise: &'static str, figure: f64, met: bool) -> Bar {
        Bar {
            promise,
            setting: self.setting,
            blocks: self.blocks.clone(),
            figure,
            met,
        }
    }
}

/// A part of 1; of nothing there is none.
pub(super) fn part(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_comparisons_already_fill_every_table() {
        let figures = figures(2, 1, &|_| ()).unwrap();
        let lengths = (
            figures.reports.len(),
            figures.power.len(),
            figures.coverage.len(),
        );
        assert_eq!(lengths, (6, 12, 15));
        assert_eq!(figures.coverage[0].counted.comparisons, 10);
        assert_eq!(figures.bars.len(), 8);
        assert!(figures.bars.iter().all(|bar| bar.setting != "no drift"));
    }
}
