//! One simulated report, measured in two ways: in randomised blocks, ordered, paired and judged by the
//! very functions that `compare` uses, and one variant after the other.

use std::time::Duration;

use compare::Machine;
use schedule::Reached;
use verdict::rng::SplitMix64;
use verdict::{Comparison, Judgement, Margin, PairedRatio, StatisticsError, judge, paired_ratio};

use crate::plan::Plan;
use crate::setting::Setting;

/// One variant against the reference, as `compare` would report it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paired {
    pub(crate) ratio: PairedRatio,
    pub(crate) judgement: Judgement,
}

/// The times of a reference and of a variant.
pub(crate) type Times = (Vec<f64>, Vec<f64>);

/// Measures a report in randomised blocks, as many as `schedule` asks for, and judges it.
pub(crate) fn in_blocks(
    setting: &Setting,
    plan: &Plan,
    seed: u64,
) -> Result<Vec<Paired>, StatisticsError> {
    let rules = plan.rules();
    let mut blocks = Blocks::new(setting, plan, seed);
    let mut reached = vec![Reached::of(0, []); plan.workloads];
    // In `compare`, block 1 only checks answers, and the first block that counts is number 2.
    for number in 2.. {
        let workloads = schedule::next(&rules, &reached, Duration::ZERO);
        if workloads.is_empty() {
            break;
        }
        blocks.measure(number, &workloads);
        for workload in workloads {
            reached[workload] = blocks.reached(workload, reached[workload].blocks + 1)?;
        }
    }
    blocks.judged()
}

/// A report that is being measured in randomised blocks.
struct Blocks<'a> {
    setting: &'a Setting,
    plan: &'a Plan,
    /// The seed of the order of runs.
    order: u64,
    machine: Machine,
    /// The number of runs so far, which is the time on the simulated machine.
    place: u64,
    /// The times of each arm of each workload: those of the first workload's arms come first.
    times: Vec<Vec<f64>>,
}

impl<'a> Blocks<'a> {
    fn new(setting: &'a Setting, plan: &'a Plan, seed: u64) -> Blocks<'a> {
        let mut seeds = SplitMix64::new(seed);
        Blocks {
            setting,
            plan,
            order: seeds.next_u64(),
            machine: Machine::new(seeds.next_u64(), setting.drift),
            place: 0,
            times: vec![Vec::new(); plan.workloads * plan.arms()],
        }
    }

    /// Runs one block of these workloads.
    fn measure(&mut self, number: u64, workloads: &[usize]) {
        let arms = self.plan.arms();
        // The order is drawn for all workloads and those that have stopped are left out, as `compare`
        // does it: a workload that stops does not change the order of the others.
        let slots = schedule::block(self.order, number, self.plan.workloads, arms);
        for slot in slots
            .iter()
            .filter(|slot| workloads.contains(&slot.workload))
        {
            let factor = self.machine.factor(self.place, &self.setting.noise);
            let time = self.plan.truth_of_arm(slot.arm) * factor;
            self.times[slot.workload * arms + slot.arm].push(time);
            self.place += 1;
        }
    }

    /// The progress of a workload towards the precision at which it stops.
    fn reached(&self, workload: usize, blocks: u64) -> Result<Reached, StatisticsError> {
        // Intervals are the expensive part of a simulation, so none are computed while they cannot
        // stop anything.
        if !self.plan.stops || blocks < self.plan.fewest() {
            return Ok(Reached::of(blocks, []));
        }
        let compared = comparisons(self.arms_of(workload))?;
        // All comparisons of a workload share one control, which has to be as precise as they are.
        let control = compared.first().and_then(|first| first.control);
        let widths = compared
            .iter()
            .map(|comparison| comparison.ratio)
            .chain(control)
            .map(|ratio| ratio.width());
        Ok(Reached::of(blocks, widths))
    }

    fn arms_of(&self, workload: usize) -> &[Vec<f64>] {
        let arms = self.plan.arms();
        &self.times[workload * arms..(workload + 1) * arms]
    }

    /// The verdicts on all comparisons. The whole report is one family, so that the correction for
    /// multiple comparisons is that of a real report.
    fn judged(&self) -> Result<Vec<Paired>, StatisticsError> {
        let mut family: Vec<Comparison> = Vec::with_capacity(self.plan.comparisons());
        for workload in 0..self.plan.workloads {
            family.extend(comparisons(self.arms_of(workload))?);
        }
        let judgements = judge(&family, Margin::default())?;
        Ok(family
            .iter()
            .zip(judgements)
            .map(|(comparison, judgement)| Paired {
                ratio: comparison.ratio,
                judgement,
            })
            .collect())
    }
}

/// The comparisons of one workload, whose first arm is the reference and whose last is its control.
fn comparisons(arms: &[Vec<f64>]) -> Result<Vec<Comparison>, StatisticsError> {
    let (reference, last) = (&arms[0], arms.len() - 1);
    let control = Some(paired_ratio(&arms[last], reference)?);
    arms[1..last]
        .iter()
        .map(|variant| {
            let ratio = paired_ratio(variant, reference)?;
            Ok(Comparison { ratio, control })
        })
        .collect()
}

/// Measures a report in the usual way: all runs of the reference, then all runs of the first variant,
/// and so on.
pub(crate) fn in_sequence(setting: &Setting, plan: &Plan, seed: u64) -> Vec<Times> {
    // The machine's seed is not the one of the report in blocks: both ways meet the same kind of
    // machine, but they do not measure at the same time.
    let mut machine = Machine::new(SplitMix64::new(seed).next_u64(), setting.drift);
    let mut place = 0;
    let mut samples = Vec::with_capacity(plan.comparisons());
    for _ in 0..plan.workloads {
        let reference = runs(&mut machine, &mut place, setting, plan, 1.0);
        for variant in 0..plan.variants {
            let truth = plan.truth_of(variant);
            let times = runs(&mut machine, &mut place, setting, plan, truth);
            samples.push((reference.clone(), times));
        }
    }
    samples
}

/// The times of all runs of one arm in a row, from `place` on.
fn runs(
    machine: &mut Machine,
    place: &mut u64,
    setting: &Setting,
    plan: &Plan,
    truth: f64,
) -> Vec<f64> {
    let first = *place;
    *place += plan.blocks;
    (first..*place)
        .map(|run| truth * machine.factor(run, &setting.noise))
        .collect()
}

#[cfg(test)]
mod tests {
    use compare::Noise;

    use super::*;
    use crate::setting::SETTINGS;

    const PLAN: Plan = Plan {
        workloads: 2,
        variants: 3,
        blocks: 30,
        stops: false,
        different: 2,
        truth: 1.3,
    };

    #[test]
    fn a_large_difference_is_found_where_it_is() {
        let compared = in_blocks(&SETTINGS[0], &PLAN, 7).unwrap();
        let names: Vec<&str> = compared
            .iter()
            .map(|one| one.judgement.verdict.name())
            .collect();
        let is_slower: Vec<bool> = names.iter().map(|name| *name == "slower").collect();
        assert_eq!(
            is_slower,
            [true, true, false, true, true, false],
            "{names:?}"
        );
        assert!(compared.iter().all(|one| one.ratio.blocks == 30));
    }

    #[test]
    fn one_after_the_other_means_that_the_reference_is_measured_once_a_workload() {
        let samples = in_sequence(&SETTINGS[0], &PLAN, 7);
        assert_eq!(samples.len(), 6);
        assert_eq!(samples[0].0, samples[2].0);
        assert_ne!(samples[2].0, samples[3].0);
        assert!(samples.iter().all(|(a, b)| (a.len(), b.len()) == (30, 30)));
    }

    #[test]
    fn a_workload_stops_where_its_intervals_are_narrow() {
        let calm = Setting {
            noise: Noise::default(),
            ..SETTINGS[2]
        };
        let blocks = |setting: &Setting, plan: &Plan| -> Vec<u32> {
            let compared = in_blocks(setting, plan, 7).unwrap();
            compared.iter().map(|one| one.ratio.blocks).collect()
        };
        assert_eq!(blocks(&calm, &PLAN.that_stops()), [12; 6]);
        assert_eq!(blocks(&calm, &PLAN), [30; 6]);
        let noisy = blocks(&SETTINGS[1], &PLAN.that_stops());
        assert!(noisy.iter().all(|blocks| *blocks > 12), "{noisy:?}");
    }

    #[test]
    fn a_seed_gives_one_simulation() {
        let ratio = |seed| in_blocks(&SETTINGS[1], &PLAN, seed).unwrap()[0].ratio.ratio;
        assert_eq!(ratio(1), ratio(1));
        assert_ne!(ratio(1), ratio(2));
    }
}
