//! One simulated report, measured in both ways: in blocks, ordered, paired and judged by the very
//! functions that `compare` uses; and one variant after the other. What is counted in it is left to
//! `experiment`.

use std::time::Duration;

use verdict::rng::SplitMix64;
use verdict::{Comparison, Judgement, Margin, PairedRatio, StatisticsError, judge, paired_ratio};

use super::plan::Plan;
use super::setting::Setting;
use compare::Machine;
use schedule::Reached;

/// One variant against the reference, as `compare` would report it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paired {
    pub(super) ratio: PairedRatio,
    pub(super) judgement: Judgement,
}

/// The times of a reference and of a variant.
pub(super) type Samples = (Vec<f64>, Vec<f64>);

/// Randomised blocks, as many as `schedule` wants.
pub(super) fn in_blocks(
    setting: &Setting,
    plan: &Plan,
    seed: u64,
) -> Result<Vec<Paired>, StatisticsError> {
    let rules = plan.rules();
    let mut blocks = Blocks::new(setting, plan, seed);
    let mut reached = vec![Reached::of(0, []); plan.workloads];
    // Block 1 is that of correctness, in which times do not count.
    for number in 2.. {
        let workloads = schedule::next(&rules, &reached, Duration::ZERO);
        if workloads.is_empty() {
            break;
        }
        blocks.measure(number, &workloads);
        for at in workloads {
            reached[at] = blocks.reached(at, reached[at].blocks + 1)?;
        }
    }
    blocks.judged()
}

/// A comparison in randomised blocks while it goes on.
struct Blocks<'a> {
    setting: &'a Setting,
    plan: &'a Plan,
    /// Seed of the order.
    order: u64,
    machine: Machine,
    /// Runs so far.
    place: u64,
    /// By workload, then by arm.
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

    fn measure(&mut self, number: u64, workloads: &[usize]) {
        let arms = self.plan.arms();
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

    /// Widths are looked at only where they can stop anything.
    fn reached(&self, workload: usize, blocks: u64) -> Result<Reached, StatisticsError> {
        if !self.plan.stops || blocks < self.plan.fewest() {
            return Ok(Reached::of(blocks, []));
        }
        let found = comparisons(self.arms_of(workload))?;
        let control = found.first().and_then(|first| first.control);
        let ratios = found.iter().map(|comparison| comparison.ratio);
        Ok(Reached::of(
            blocks,
            ratios.chain(control).map(|ratio| ratio.width()),
        ))
    }

    fn arms_of(&self, workload: usize) -> &[Vec<f64>] {
        let arms = self.plan.arms();
        &self.times[workload * arms..(workload + 1) * arms]
    }

    fn judged(&self) -> Result<Vec<Paired>, StatisticsError> {
        let workloads = 0..self.plan.workloads;
        let families: Result<Vec<_>, _> =
            workloads.map(|at| comparisons(self.arms_of(at))).collect();
        let family: Vec<Comparison> = families?.into_iter().flatten().collect();
        let judged = judge(&family, Margin::default())?;
        let paired = |(comparison, judgement): (&Comparison, Judgement)| Paired {
            ratio: comparison.ratio,
            judgement,
        };
        Ok(family.iter().zip(judged).map(paired).collect())
    }
}

/// Of one workload: the first arm is the reference, and the last one its control.
fn comparisons(arms: &[Vec<f64>]) -> Result<Vec<Comparison>, StatisticsError> {
    let (reference, last) = (&arms[0], arms.len() - 1);
    let control = Some(paired_ratio(&arms[last], reference)?);
    let compared = |variant: &Vec<f64>| {
        let ratio = paired_ratio(variant, reference)?;
        Ok(Comparison { ratio, control })
    };
    arms[1..last].iter().map(compared).collect()
}

/// The usual way: all runs of the reference, then all runs of the first variant, and so on.
pub(super) fn in_sequence(setting: &Setting, plan: &Plan, seed: u64) -> Vec<Samples> {
    let mut machine = Machine::new(SplitMix64::new(seed).next_u64(), setting.drift);
    let mut place = 0;
    let mut runs = |truth: f64| -> Vec<f64> {
        let places = place..place + plan.blocks;
        place = places.end;
        places
            .map(|at| truth * machine.factor(at, &setting.noise))
            .collect()
    };
    let mut samples = Vec::with_capacity(plan.comparisons());
    for _ in 0..plan.workloads {
        let reference = runs(1.0);
        samples.extend((0..plan.variants).map(|at| (reference.clone(), runs(plan.truth_of(at)))));
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::SETTINGS;
    use compare::Noise;

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
        let found = in_blocks(&SETTINGS[0], &PLAN, 7).unwrap();
        let names: Vec<&str> = found.iter().map(|f| f.judgement.verdict.name()).collect();
        let is_slower: Vec<bool> = names.iter().map(|name| *name == "slower").collect();
        assert_eq!(
            is_slower,
            [true, true, false, true, true, false],
            "{names:?}"
        );
        assert!(found.iter().all(|f| f.ratio.blocks == 30));
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
            let found = in_blocks(setting, plan, 7).unwrap();
            found.iter().map(|found| found.ratio.blocks).collect()
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
