//! All figures of the simulated part: which experiments there are, how often each is repeated, and
//! whether the bars are met.

use std::ops::RangeInclusive;

use serde::Serialize;
use verdict::StatisticsError;
use verdict::rng::Generator;

use crate::early::{self, Early};
use crate::experiment::{Comparisons, Reports, comparisons, reports};
use crate::plan::{Plan, REPORT, REPORT_WITH_FIVE, three_arms};
use crate::setting::{SETTINGS, Setting};

/// How many times as many comparisons coverage is counted over as the rest. A share of 95 % over 2000
/// comparisons has a standard error of 0.5 %, which is too much beside a bar that is 2.5 % wide.
const MORE_FOR_COVERAGE: u64 = 5;
/// How often a 95 % interval should cover the truth: more often, and it is wider than need be.
const COVERS: RangeInclusive<f64> = 0.94..=0.965;
/// The true ratios that power is counted for.
const TRUTHS: [f64; 3] = [1.02, 1.05, 1.10];
/// The numbers of blocks that coverage is counted for: few, the 30 of the profile `standard`, some
/// more, and the 60 of `rigorous`.
const BLOCKS: [u64; 4] = [12, 30, 40, 60];

/// All counts, and the bars that they are held against.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) seed: u64,
    pub(crate) comparisons: u64,
    pub(crate) reports: Vec<Counted<Reports>>,
    pub(crate) power: Vec<Counted<Comparisons>>,
    pub(crate) coverage: Vec<Counted<Comparisons>>,
    pub(crate) early: Vec<Counted<Early>>,
    pub(crate) bars: Vec<Bar>,
}

/// Counts, with the experiment that they come from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Counted<T> {
    /// The name of the simulated machine.
    pub(crate) setting: &'static str,
    /// The number of comparisons in one report.
    pub(crate) family: usize,
    /// The number of blocks; the fewest and the most where it stops at a precision.
    pub(crate) blocks: String,
    /// Whether it was also measured one variant after the other.
    pub(crate) has_usual_way: bool,
    /// The true ratio of the variant's time to the reference's.
    pub(crate) truth: f64,
    pub(crate) counted: T,
}

/// A promise about verdicts, and the figure that keeps or breaks it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) promise: &'static str,
    pub(crate) setting: &'static str,
    pub(crate) blocks: String,
    /// A share, as a part of 1.
    pub(crate) figure: f64,
    pub(crate) met: bool,
}

/// Makes every experiment on every simulated machine; `on_setting` is told the name of each machine
/// before its turn.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn count_all(
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
        early: Vec::new(),
        bars: Vec::new(),
    };
    for (setting, stream) in SETTINGS.iter().zip(1..) {
        on_setting(setting.name);
        // Each machine has a stream of its own, so that a further machine leaves the figures of the
        // others as they are.
        let seed_of_setting = Generator::for_stream(seed, stream).next_u64();
        count(&mut figures, setting, times, seed_of_setting)?;
    }
    on_setting("variants that stop early");
    figures.early = count_early(times.div_ceil(REPORT.workloads as u64), seed)?;
    figures.bars = bars(&figures);
    Ok(figures)
}

fn count(
    figures: &mut Figures,
    setting: &Setting,
    times: u64,
    seed: u64,
) -> Result<(), StatisticsError> {
    // Experiments on whole reports have a workload for each of these, so a fifth of the repetitions
    // gives as many comparisons with a true difference as the other experiments have.
    let fewer = times.div_ceil(REPORT.workloads as u64);
    for (plan, repetitions) in [(REPORT, times), (REPORT.that_stops(), fewer)] {
        let counts = reports(setting, &plan, repetitions, seed)?;
        figures.reports.push(Counted::new(setting, &plan, counts));
    }
    let for_power = TRUTHS.map(|truth| (three_arms(30, truth), times));
    for (plan, repetitions) in for_power.into_iter().chain([(REPORT_WITH_FIVE, fewer)]) {
        let counts = comparisons(setting, &plan, repetitions, seed)?;
        figures.power.push(Counted::new(setting, &plan, counts));
    }
    let for_coverage = BLOCKS.map(|blocks| three_arms(blocks, 1.05));
    let that_stops = three_arms(60, 1.05).that_stops();
    for plan in for_coverage.into_iter().chain([that_stops]) {
        let counts = comparisons(setting, &plan, times * MORE_FOR_COVERAGE, seed)?;
        figures.coverage.push(Counted::new(setting, &plan, counts));
    }
    Ok(())
}

/// Reports in which variants stop while others go on, on several machines.
fn count_early(times: u64, seed: u64) -> Result<Vec<Counted<Early>>, StatisticsError> {
    let mut rows = Vec::new();
    for machine in early::MACHINES {
        let setting = &SETTINGS[machine];
        let own_seed = Generator::for_stream(seed, machine as u64).next_u64();
        for plan in early::plans() {
            let counts = early::count(setting, &plan, times, own_seed)?;
            let mut row = Counted::new(setting, &plan, counts);
            row.blocks = plan
                .early_after
                .map_or_else(|| "-".to_owned(), |rounds| rounds.to_string());
            rows.push(row);
        }
    }
    Ok(rows)
}

fn bars(figures: &Figures) -> Vec<Bar> {
    let reports = figures.reports.iter().map(|row| {
        let figure = share(row.counted.with_verdict, row.counted.reports);
        let promise = "A/A reports of 60 comparisons with a false verdict: at most 1 %";
        row.bar(promise, figure, figure <= 0.01)
    });
    let power = figures
        .power
        .iter()
        .filter(|row| row.truth == 1.05 && row.family == 1)
        .map(|row| {
            let figure = share(row.counted.slower, row.counted.comparisons);
            let promise = "a true 5 % among 3 arms found: at least 95 %";
            row.bar(promise, figure, figure >= 0.95)
        });
    let coverage = figures
        .coverage
        .iter()
        .filter(|row| row.blocks == "30")
        .map(|row| {
            let figure = share(row.counted.covered, row.counted.comparisons);
            let promise = "95 % intervals that cover the truth: 94 to 96.5 %";
            row.bar(promise, figure, COVERS.contains(&figure))
        });
    reports
        .chain(power)
        .chain(coverage)
        .chain(early_bars(&figures.early))
        .filter(|bar| {
            SETTINGS
                .iter()
                .any(|setting| setting.has_bars && setting.name == bar.setting)
        })
        .collect()
}

/// The bars of reports whose variants stop as in `compare`.
fn early_bars(rows: &[Counted<Early>]) -> impl Iterator<Item = Bar> + '_ {
    let as_compare = REPORT.fewest().to_string();
    let rows = rows.iter().filter(move |row| row.blocks == as_compare);
    rows.flat_map(|row| {
        let wrong = share(row.counted.with_false, row.counted.reports);
        let covered = share(row.counted.covered, row.counted.equals);
        let found = share(row.counted.behind_slower, row.counted.behind);
        let (never_wrong, covers, finds) = (
            "variants stop early: reports with a false verdict: at most 1 %",
            "variants stop early: 95 % intervals that cover the truth: 94 to 96.5 %",
            "variants stop early: one at 46 times the time is found: always",
        );
        [
            row.bar(never_wrong, wrong, wrong <= 0.01),
            row.bar(covers, covered, COVERS.contains(&covered)),
            row.bar(finds, found, found == 1.0),
        ]
    })
}

impl<T> Counted<T> {
    fn new(setting: &Setting, plan: &Plan, counted: T) -> Counted<T> {
        let blocks = if plan.stops {
            format!("{}-{}, ±2 %", plan.fewest(), plan.blocks)
        } else {
            plan.blocks.to_string()
        };
        Counted {
            setting: setting.name,
            family: plan.comparisons(),
            blocks,
            has_usual_way: setting.has_usual_way(plan),
            truth: plan.truth,
            counted,
        }
    }

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

/// `count` as a part of 1 of `total`.
pub(crate) fn share(count: u64, total: u64) -> f64 {
    // No share is defined where nothing was counted; the floor makes it 0 and no NaN, which would
    // neither meet nor miss a bar.
    count as f64 / total.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_comparisons_already_fill_every_table() {
        let figures = count_all(2, 1, &|_| ()).unwrap();
        let lengths = (
            figures.reports.len(),
            figures.power.len(),
            figures.coverage.len(),
        );
        assert_eq!(lengths, (18, 36, 45));
        assert_eq!(figures.coverage[0].counted.comparisons, 10);
        assert_eq!(figures.early.len(), 18);
        assert_eq!(figures.bars.len(), 35);
        let none_of = |setting: &str| figures.bars.iter().all(|bar| bar.setting != setting);
        assert!(none_of("no drift") && none_of("CPU, bursts 10 s of 30 s, kept"));
    }
}
