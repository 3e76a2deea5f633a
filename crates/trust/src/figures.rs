//! All figures of the simulated part: which experiments there are, how often each is repeated, and
//! whether the bars are met.

use serde::Serialize;
use verdict::StatisticsError;
use verdict::rng::Generator;

use crate::bars::{self, Bar};
use crate::counted::Counted;
use crate::early::{self, Early};
use crate::experiment::{Comparisons, Reports, comparisons, reports};
use crate::plan::{REPORT, REPORT_WITH_FIVE, three_arms};
use crate::setting::{SETTINGS, Setting};

/// How many times as many comparisons coverage is counted over as the rest. A share of 95 % over 2000
/// comparisons has a standard error of 0.5 %, which is too much beside a bar that is 2.5 % wide.
const MORE_FOR_COVERAGE: u64 = 5;
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
    figures.early = count_early(times, seed)?;
    figures.bars = [
        bars::of_reports(&figures.reports),
        bars::of_power(&figures.power),
        bars::of_coverage(&figures.coverage),
        bars::of_early(&figures.early),
    ]
    .concat();
    Ok(figures)
}

fn count(
    figures: &mut Figures,
    setting: &Setting,
    times: u64,
    seed: u64,
) -> Result<(), StatisticsError> {
    for plan in [REPORT, REPORT.that_stops()] {
        let counts = reports(setting, &plan, times, seed)?;
        figures.reports.push(Counted::new(setting, &plan, counts));
    }
    // A whole report has a workload for each of these, so a fifth of the repetitions gives as many
    // comparisons with a true difference as the other experiments have.
    let fewer = times.div_ceil(REPORT.workloads as u64);
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
        assert_eq!(lengths, (22, 44, 55));
        assert_eq!(figures.coverage[0].counted.by.cpu.comparisons, 10);
        assert_eq!(figures.early.len(), 24);
        assert_eq!(figures.bars.len(), 8 * (2 + 1 + 4 + 4));
        let none_of = |setting: &str| figures.bars.iter().all(|bar| bar.setting != setting);
        assert!(none_of("bursts 10 s of 30 s, kept"));
    }
}
