//! One simulated report in randomised blocks: ordered, stopped, paired and judged by the very functions that
//! `compare` uses.

use std::time::Duration;

use analysis::WorkloadRatios;
use schedule::{Pair, Reached, Round, Rules, Standing, Watched, stops};
use verdict::rng::SplitMix64;
use verdict::{PairedRatio, StatisticsError};

use crate::machine::Runs;
use crate::metrics::{ByMetric, METRICS};
use crate::pairs::{Paired, judged, ratios};
use crate::plan::Plan;
use crate::rounds::Rounds;
use crate::setting::Setting;

/// A report in randomised blocks, and what it took.
#[derive(Clone, Debug)]
pub(crate) struct Simulated {
    /// One entry for each variant, through all workloads.
    pub(crate) compared: Vec<ByMetric<Paired>>,
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
        runs: blocks.runs.made(),
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
    runs: Runs<'a>,
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
        Blocks {
            setting,
            plan,
            names,
            order,
            runs: Runs::new(setting, seeds.next_u64()),
            workloads: vec![Rounds::new(plan.arms()); plan.workloads],
            stopped: vec![vec![false; plan.arms()]; plan.workloads],
            controls: Vec::new(),
        }
    }

    /// Runs one block of these workloads.
    fn measure(&mut self, number: u64, workloads: &[usize]) {
        let arms = self.plan.arms();
        let control = self.runs.control_ns();
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
                let mut figures = vec![None; arms];
                for slot in of_workload {
                    if self.stopped[workload][slot.arm] {
                        continue;
                    }
                    let (its, watched) = self.run(slot.arm);
                    figures[slot.arm] = Some(its);
                    round.runs.push(watched);
                }
                self.workloads[workload].add(round, &figures);
            }
        }
    }

    /// The figures of the next run, and what was seen of other processes meanwhile.
    fn run(&mut self, arm: usize) -> (ByMetric<f64>, Watched<'a>) {
        let truth = self.plan.truth_of_arm(arm, self.setting.headline);
        let run = self.runs.run(arm, truth);
        let watched = Watched {
            variant: &self.names[arm],
            is_disturbed: self.setting.thresholds.is_disturbed(&run.others),
        };
        (run.figures, watched)
    }

    /// The progress of a workload towards the precision at which it stops.
    fn reached(&mut self, workload: usize, blocks: u64) -> Result<Reached, StatisticsError> {
        // Intervals are the expensive part of a simulation, so none are computed while they cannot
        // stop anything.
        let first = self.plan.early_after.unwrap_or_else(|| self.plan.fewest());
        if !self.plan.stops || blocks < first {
            return Ok(Reached::of(blocks, []));
        }
        let pairs = self.headline_pairs(workload)?;
        self.stop_early(workload, &pairs);
        let stopped = &self.stopped[workload][1..];
        let open = pairs.iter().zip(stopped).filter(|(_, stopped)| !**stopped);
        Ok(Reached::of(blocks, open.map(|(ratio, _)| ratio.width())))
    }

    /// The headline's ratios of all arms but the reference; the last is the control's.
    fn headline_pairs(&self, workload: usize) -> Result<Vec<PairedRatio>, StatisticsError> {
        let headline = self.setting.headline;
        let all = ratios(&self.workloads[workload].arms(), false, &[headline])?;
        Ok(all.variants.iter().map(|its| its[&headline]).collect())
    }

    /// Stops the variants of a workload that need no more rounds.
    fn stop_early(&mut self, workload: usize, pairs: &[PairedRatio]) {
        let Some(early_after) = self.plan.early_after else {
            return;
        };
        let rules = Rules {
            together: early_after,
            ..self.plan.rules()
        };
        let stopped = &mut self.stopped[workload][1..];
        let pairs: Vec<Pair> = pairs
            .iter()
            .zip(stopped.iter())
            .enumerate()
            .map(|(variant, (ratio, has_stopped))| Pair {
                standing: Standing::of(ratio),
                has_stopped: *has_stopped,
                is_control: variant == self.plan.variants,
            })
            .collect();
        for (has_stopped, reason) in stopped.iter_mut().zip(stops(&rules, &pairs)) {
            *has_stopped = reason.is_some();
        }
    }

    /// The verdicts on all variants by both metrics. The whole report is one family, as in `compare`.
    fn judged(&self) -> Result<Vec<ByMetric<Paired>>, StatisticsError> {
        let workloads: Result<Vec<WorkloadRatios>, StatisticsError> = self
            .workloads
            .iter()
            .map(|rounds| ratios(&rounds.arms(), true, &METRICS))
            .collect();
        judged(&workloads?)
    }
}

#[cfg(test)]
#[path = "simulate_test.rs"]
mod tests;
