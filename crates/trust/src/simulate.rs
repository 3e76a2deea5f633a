//! One simulated report, measured in two ways: in randomised blocks, ordered, paired and judged by the
//! very functions that `compare` uses, and one variant after the other.

use std::time::Duration;

use compare::Machine;
use results::Others;
use schedule::{Reached, Round, Watched, is_disturbed, is_slow};
use verdict::rng::SplitMix64;
use verdict::{Comparison, Judgement, Margin, PairedRatio, StatisticsError, judge, paired_ratio};

use crate::plan::Plan;
use crate::rounds::Rounds;
use crate::setting::Setting;

/// The control computation of a block on a machine that neither drifts nor is disturbed.
const CONTROL_NS: f64 = 50e6;
/// The processor time that there is during a run: 0.2 s on two processors.
const OF_NS: u64 = 400_000_000;
/// The part of it that other processes have during the runs of a variant that brings them.
const BROUGHT: f64 = 0.4;

/// One variant against the reference, as `compare` would report it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paired {
    pub(crate) ratio: PairedRatio,
    pub(crate) judgement: Judgement,
}

/// The times of a reference and of a variant.
pub(crate) type Times = (Vec<f64>, Vec<f64>);

/// A report in randomised blocks, and what it took.
#[derive(Clone, Debug)]
pub(crate) struct Simulated {
    pub(crate) compared: Vec<Paired>,
    /// Runs that were made.
    pub(crate) runs: u64,
    /// Rounds that were measured, over all workloads.
    pub(crate) rounds: u64,
    /// Those of them that were disturbed and do not count.
    pub(crate) repeated: u64,
}

/// Measures a report in randomised blocks, as many as `schedule` asks for, and judges it.
pub(crate) fn in_blocks(
    setting: &Setting,
    plan: &Plan,
    seed: u64,
) -> Result<Simulated, StatisticsError> {
    let rules = plan.rules();
    // The last arm is the reference once more, and goes by its name.
    let mut names: Vec<String> = (0..plan.arms()).map(|arm| arm.to_string()).collect();
    names[plan.arms() - 1] = names[0].clone();
    let mut blocks = Blocks::new(setting, plan, &names, seed);
    let mut reached = vec![Reached::of(0, []); plan.workloads];
    // In `compare`, block 1 only checks answers, and the first block that counts is number 2.
    for number in 2.. {
        let workloads = schedule::next(&rules, &reached, Duration::ZERO);
        if workloads.is_empty() {
            break;
        }
        blocks.measure(number, &workloads);
        for workload in workloads {
            let rounds = &mut blocks.workloads[workload];
            if setting.repeats {
                rounds.judge(&rules);
            }
            let counted = rounds.counted();
            reached[workload] = blocks.reached(workload, counted)?;
        }
    }
    Ok(Simulated {
        compared: blocks.judged()?,
        runs: blocks.place,
        rounds: blocks.place / plan.arms() as u64,
        repeated: blocks.workloads.iter().map(Rounds::repeated).sum(),
    })
}

/// A report that is being measured in randomised blocks.
struct Blocks<'a> {
    setting: &'a Setting,
    plan: &'a Plan,
    /// The name of each arm.
    names: &'a [String],
    /// The seed of the order of runs.
    order: u64,
    machine: Machine,
    /// The number of runs so far, which is the time on the simulated machine.
    place: u64,
    workloads: Vec<Rounds<'a>>,
    /// What the control computation took in each block, in nanoseconds.
    controls: Vec<u64>,
}

impl<'a> Blocks<'a> {
    fn new(setting: &'a Setting, plan: &'a Plan, names: &'a [String], seed: u64) -> Blocks<'a> {
        let mut seeds = SplitMix64::new(seed);
        let order = seeds.next_u64();
        let machine = Machine::new(seeds.next_u64(), setting.drift).beside(setting.bursts);
        Blocks {
            setting,
            plan,
            names,
            order,
            machine,
            place: 0,
            workloads: vec![Rounds::new(plan.arms()); plan.workloads],
            controls: Vec::new(),
        }
    }

    /// Runs one block of these workloads.
    fn measure(&mut self, number: u64, workloads: &[usize]) {
        let arms = self.plan.arms();
        let control = (CONTROL_NS * self.machine.control(self.place)) as u64;
        let is_slow = is_slow(&self.controls, control);
        self.controls.push(control);
        // The order is drawn for all workloads and those that have stopped are left out, as `compare`
        // does it: a workload that stops does not change the order of the others.
        let slots = schedule::block(self.order, number, self.plan.workloads, arms);
        // The runs of a workload follow one another.
        for of_workload in slots.chunks(arms) {
            let workload = of_workload[0].workload;
            if workloads.contains(&workload) {
                let mut round = Round {
                    block: number,
                    is_slow,
                    runs: Vec::with_capacity(arms),
                };
                let mut times = vec![0.0; arms];
                for slot in of_workload {
                    let (time, watched) = self.run(slot.arm);
                    times[slot.arm] = time;
                    round.runs.push(watched);
                }
                self.workloads[workload].add(round, &times);
            }
        }
    }

    /// The time of the next run, and what was seen of other processes meanwhile.
    fn run(&mut self, arm: usize) -> (f64, Watched<'a>) {
        let met = self.machine.conditions(self.place, &self.setting.noise);
        self.place += 1;
        let brought = if self.setting.brings == Some(arm) {
            BROUGHT
        } else {
            0.0
        };
        let others = Others::Had {
            busy_ns: ((met.others + brought).min(1.0) * OF_NS as f64) as u64,
            of_ns: OF_NS,
        };
        let watched = Watched {
            variant: &self.names[arm],
            is_disturbed: is_disturbed(&others),
        };
        (self.plan.truth_of_arm(arm) * met.factor, watched)
    }

    /// The progress of a workload towards the precision at which it stops.
    fn reached(&self, workload: usize, blocks: u64) -> Result<Reached, StatisticsError> {
        // Intervals are the expensive part of a simulation, so none are computed while they cannot
        // stop anything.
        if !self.plan.stops || blocks < self.plan.fewest() {
            return Ok(Reached::of(blocks, []));
        }
        let compared = comparisons(&self.workloads[workload].times())?;
        // All comparisons of a workload share one control, which has to be as precise as they are.
        let control = compared.first().and_then(|first| first.control);
        let widths = compared
            .iter()
            .map(|comparison| comparison.ratio)
            .chain(control)
            .map(|ratio| ratio.width());
        Ok(Reached::of(blocks, widths))
    }

    /// The verdicts on all comparisons. The whole report is one family, so that the correction for
    /// multiple comparisons is that of a real report.
    fn judged(&self) -> Result<Vec<Paired>, StatisticsError> {
        let mut family: Vec<Comparison> = Vec::with_capacity(self.plan.comparisons());
        for rounds in &self.workloads {
            family.extend(comparisons(&rounds.times())?);
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
    let mut machine =
        Machine::new(SplitMix64::new(seed).next_u64(), setting.drift).beside(setting.bursts);
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
    use compare::{Bursts, Noise};

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
        let compared = in_blocks(&SETTINGS[0], &PLAN, 7).unwrap().compared;
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
            let compared = in_blocks(setting, plan, 7).unwrap().compared;
            compared.iter().map(|one| one.ratio.blocks).collect()
        };
        assert_eq!(blocks(&calm, &PLAN.that_stops()), [12; 6]);
        assert_eq!(blocks(&calm, &PLAN), [30; 6]);
        let noisy = blocks(&SETTINGS[1], &PLAN.that_stops());
        assert!(noisy.iter().all(|blocks| *blocks > 12), "{noisy:?}");
    }

    #[test]
    fn a_seed_gives_one_simulation() {
        let ratio = |seed| {
            in_blocks(&SETTINGS[1], &PLAN, seed).unwrap().compared[0]
                .ratio
                .ratio
        };
        assert_eq!(ratio(1), ratio(1));
        assert_ne!(ratio(1), ratio(2));
    }
    #[test]
    fn disturbed_rounds_are_measured_again_and_at_most_as_many_as_were_planned() {
        let beside = &SETTINGS[4];
        let simulated = in_blocks(beside, &PLAN, 7).unwrap();
        assert!(simulated.repeated > 10, "{simulated:?}");
        assert_eq!(simulated.rounds - simulated.repeated, 60);
        let blocks = |setting: &Setting| {
            let simulated = in_blocks(setting, &PLAN, 7).unwrap();
            (simulated.compared[0].ratio.blocks, simulated.repeated)
        };
        assert_eq!(blocks(&SETTINGS[3]), (30, 0), "kept");
        let always_on = Bursts {
            on_runs: 1e6,
            off_runs: 1e-3,
            ..beside.bursts.unwrap()
        };
        let always = Setting {
            bursts: Some(always_on),
            ..*beside
        };
        assert_eq!(blocks(&always), (31, 0), "all count");
    }

    #[test]
    fn a_variant_that_brings_its_disturbance_is_neither_thinned_out_nor_measured_twice() {
        let with = |setting: &Setting| Setting {
            brings: Some(2),
            ..*setting
        };
        let rounds = |setting: &Setting| -> u64 {
            let simulated = (0..50).map(|seed| in_blocks(setting, &PLAN, seed).unwrap());
            simulated
                .inspect(|its| assert!(its.compared.iter().all(|one| one.ratio.blocks >= 30)))
                .map(|its| its.rounds)
                .sum()
        };
        assert_eq!(rounds(&with(&SETTINGS[0])), 50 * 60);
        let beside = &SETTINGS[4];
        let (brought, alone) = (rounds(&with(beside)), rounds(beside));
        assert!(alone > 50 * 70, "{alone}");
        assert!(brought < alone * 11 / 10, "{brought} {alone}");
    }
}
