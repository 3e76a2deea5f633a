//! One simulated report, measured in two ways: in randomised blocks, ordered, paired and judged by the
//! very functions that `compare` uses, and one variant after the other.

use std::time::Duration;

use compare::Machine;
use results::Others;
use schedule::{Reached, Round, Rules, Standing, Watched, early};
use verdict::rng::{Generator, SplitMix64};
use verdict::{Comparison, Judgement, Margin, PairedRatio, StatisticsError, judge, paired_ratio};

use crate::plan::Plan;
use crate::rounds::Rounds;
use crate::setting::Setting;

/// The control computation of a block on a machine that neither drifts nor is disturbed.
const CONTROL_NS: f64 = 50e6;
/// The processors of the simulated machine.
const PROCESSORS: f64 = 2.0;
/// What others had is not known of shorter runs, in seconds: the system counts time in steps of 10 ms.
const SHORTEST_KNOWN: f64 = 0.1;
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
        rounds: blocks.workloads.iter().map(Rounds::measured).sum(),
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
    /// Whether each arm of each workload has stopped while others go on.
    stopped: Vec<Vec<bool>>,
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
            stopped: vec![vec![false; plan.arms()]; plan.workloads],
            controls: Vec::new(),
        }
    }

    /// Runs one block of these workloads.
    fn measure(&mut self, number: u64, workloads: &[usize]) {
        let arms = self.plan.arms();
        let control = (CONTROL_NS * self.machine.control(self.place)) as u64;
        let is_slow = self.setting.thresholds.is_slow(&self.controls, control);
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
                let mut times = vec![None; arms];
                for slot in of_workload {
                    if self.stopped[workload][slot.arm] {
                        continue;
                    }
                    let (time, watched) = self.run(slot.arm);
                    times[slot.arm] = Some(time);
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
        let (brought, factor) = self.brought(arm);
        let others = others_had((met.others + brought).min(1.0), self.setting.run_seconds);
        let watched = Watched {
            variant: &self.names[arm],
            is_disturbed: self.setting.thresholds.is_disturbed(&others),
        };
        (self.plan.truth_of_arm(arm) * met.factor * factor, watched)
    }

    /// The part of all processors that others have during the run of an arm because of it, and how many times as
    /// long the run takes for that.
    fn brought(&self, arm: usize) -> (f64, f64) {
        // The order of runs is drawn from the same seed, by blocks.
        let mut random = Generator::for_stream(!self.order, self.place);
        match self.setting.brings {
            Some(brings) if brings.arm == arm && random.uniform() < brings.part => {
                (BROUGHT, brings.factor)
            }
            _ => (0.0, 1.0),
        }
    }

    /// The progress of a workload towards the precision at which it stops.
    fn reached(&mut self, workload: usize, blocks: u64) -> Result<Reached, StatisticsError> {
        // Intervals are the expensive part of a simulation, so none are computed while they cannot
        // stop anything.
        let first = self.plan.early_after.unwrap_or_else(|| self.plan.fewest());
        if !self.plan.stops || blocks < first {
            return Ok(Reached::of(blocks, []));
        }
        let compared = comparisons(&self.workloads[workload].times())?;
        // All comparisons of a workload share one control, which has to be as precise as they are.
        let control = compared.first().and_then(|first| first.control);
        self.stop_early(workload, &compared);
        let stopped = &self.stopped[workload][1..];
        let widths = compared
            .iter()
            .zip(stopped)
            .filter(|(_, has_stopped)| !**has_stopped)
            .map(|(comparison, _)| comparison.ratio)
            .chain(control)
            .map(|ratio| ratio.width());
        Ok(Reached::of(blocks, widths))
    }

    /// Stops the variants of a workload that need no more rounds, as `compare` does it.
    fn stop_early(&mut self, workload: usize, compared: &[Comparison]) {
        let Some(early_after) = self.plan.early_after else {
            return;
        };
        let rules = Rules {
            together: early_after,
            ..self.plan.rules()
        };
        let stopped = &mut self.stopped[workload][1..];
        for (comparison, has_stopped) in compared.iter().zip(stopped) {
            *has_stopped = early(&rules, Standing::of(&comparison.ratio)).is_some();
        }
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

/// What the system tells of other processes that had this part of all processors during a run.
fn others_had(part: f64, run_seconds: f64) -> Others {
    if run_seconds < SHORTEST_KNOWN {
        return Others::Unavailable("the run was too short".to_owned());
    }
    let of_ns = PROCESSORS * run_seconds * 1e9;
    Others::Had {
        busy_ns: (part * of_ns) as u64,
        of_ns: of_ns as u64,
    }
}

/// The comparisons of one workload, whose first arm is the reference and whose last is its control.
fn comparisons(arms: &[Vec<Option<f64>>]) -> Result<Vec<Comparison>, StatisticsError> {
    let (reference, last) = (&arms[0], arms.len() - 1);
    let control = Some(ratio(&arms[last], reference)?);
    arms[1..last]
        .iter()
        .map(|variant| {
            let ratio = ratio(variant, reference)?;
            Ok(Comparison { ratio, control })
        })
        .collect()
}

/// The ratio over the rounds in which both ran.
fn ratio(
    variant: &[Option<f64>],
    reference: &[Option<f64>],
) -> Result<PairedRatio, StatisticsError> {
    let pairs = variant.iter().zip(reference);
    let (mine, its): (Vec<f64>, Vec<f64>) = pairs
        .filter_map(|(mine, its)| Some(((*mine)?, (*its)?)))
        .unzip();
    paired_ratio(&mine, &its)
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
#[path = "simulate_test.rs"]
mod tests;
