//! Before the first measured block: runs of two lengths are tried at each workload whose length is open, and
//! the one is kept with which ratios are as precise as asked sooner. The rows of these runs stay, and are in
//! no figure.

use std::collections::BTreeSet;
use std::time::Duration;

use launch::RunError;
use results::{Arm, Measured, Metric, Outcome, Pass, Run, RunLength, Share};
use schedule::{
    PILOT_ARMS, PILOT_ROUNDS, Rules, chosen_length, is_open, is_worth_trying, shorter, spread,
    tried,
};
use terminal::progress;
use verdict::stopping::Precision;

use crate::forecast::Part;
use crate::place::Place;
use crate::run_file::shares_at;
use crate::session::Session;

/// The two lengths that are tried at a workload, and who tries them.
struct Plan {
    /// The place of the workload.
    workload: usize,
    /// The places of the variants, the reference first. It has two arms.
    variants: Vec<usize>,
    /// Tasks of a run, the longer one first.
    tasks: [u64; 2],
}

impl Session<'_> {
    /// Chooses the length of all runs that follow, where it is open.
    pub(crate) fn choose_lengths(&mut self) -> Result<(), RunError> {
        let rules = Rules::of(&self.choice.options);
        let Some(precision) = rules.precision else {
            return Ok(());
        };
        let plans = self.pilot_plans(&rules);
        if plans.is_empty() {
            return Ok(());
        }
        progress::measured_stage("choosing the length of runs");
        self.short_answers(&plans)?;
        for round in 0..PILOT_ROUNDS {
            progress::step(&format!("round {} of {PILOT_ROUNDS}", round + 1));
            self.pilot_round(&plans)?;
        }
        for plan in &plans {
            self.decide_length(plan, precision, &rules);
        }
        self.log.save()
    }

    /// The workloads at which lengths are tried: none where that would take the time of a variant.
    fn pilot_plans(&self, rules: &Rules) -> Vec<Plan> {
        let workloads = self.choice.workloads.len();
        let rest = rules.budget.map(|budget| budget.mul_f64(0.9));
        if rest
            .is_some_and(|rest| !schedule::left_out(&self.costs(), rules.together, rest).is_empty())
        {
            return Vec::new();
        }
        let each = rules
            .budget
            .map(|budget| budget / u32::try_from(workloads.max(1)).unwrap_or(u32::MAX));
        (0..workloads)
            .filter_map(|workload| {
                let plan = self.pilot_plan(workload)?;
                is_worth_trying(self.cost_of_pilot_round(&plan), each).then_some(plan)
            })
            .collect()
    }

    fn pilot_plan(&self, workload: usize) -> Option<Plan> {
        let record = &self.log.run.workloads[workload];
        if !is_open(&self.choice.options, record) {
            return None;
        }
        let names: Vec<String> = self
            .choice
            .variants
            .iter()
            .map(catalog::Selected::name)
            .collect();
        let long = record.shares.get(names.first()?)?.tasks;
        // Who runs fewer tasks than the reference is shortened already.
        let checked: Vec<(usize, &Measured)> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| {
                record
                    .shares
                    .get(*name)
                    .is_some_and(|its| its.tasks == long)
            })
            .filter_map(|(at, name)| Some((at, self.checked(workload, name)?)))
            .collect();
        let fastest = checked.iter().map(|(_, its)| its.done.elapsed_ns).min()?;
        let short = shorter(long, record.lanes, Duration::from_nanos(fastest))?;
        let variants: Vec<usize> = checked
            .into_iter()
            .map(|(at, _)| at)
            .take(PILOT_ARMS - 1)
            .collect();
        // The first is the reference, or its own run of block 1 has failed.
        (variants.first() == Some(&0)).then_some(Plan {
            workload,
            variants,
            tasks: [long, short],
        })
    }

    /// The good run of a variant in block 1.
    fn checked(&self, workload: usize, variant: &str) -> Option<&Measured> {
        let name = &self.log.run.workloads[workload].workload.name;
        let mut runs = self.log.run_rows();
        let run = runs.find(|run| {
            run.pass == Pass::Correctness && run.workload == *name && run.variant == variant
        })?;
        match &run.outcome {
            Outcome::Measured(measured) => Some(measured),
            Outcome::Failed(_) => None,
        }
    }

    /// What a round of both lengths takes, by the runs of block 1.
    fn cost_of_pilot_round(&self, plan: &Plan) -> Duration {
        let part = plan.tasks[1] as f64 / plan.tasks[0] as f64;
        let arms = plan.variants.iter().chain(plan.variants.first());
        arms.filter_map(|at| self.checked(plan.workload, &self.choice.variants[*at].name()))
            .map(|measured| {
                let around = measured.wall_ns.saturating_sub(measured.done.elapsed_ns);
                let both = 2.0 * around as f64 + measured.done.elapsed_ns as f64 * (1.0 + part);
                Duration::from_nanos(both as u64)
            })
            .sum()
    }

    /// The right answers of the short runs, whichever length is chosen.
    fn short_answers(&mut self, plans: &[Plan]) -> Result<(), RunError> {
        for plan in plans {
            let chosen = &self.choice.workloads[plan.workload];
            let shares = shares_at(self.choice, chosen, plan.tasks[1]);
            let known = &self.log.run.workloads[plan.workload].expected;
            let missing: BTreeSet<u64> = shares
                .values()
                .map(|share| share.tasks)
                .filter(|tasks| !known.contains_key(tasks))
                .collect();
            let missing: Vec<u64> = missing.into_iter().collect();
            let answers = self.executor.right_answers(chosen, &missing)?;
            self.log.run.workloads[plan.workload]
                .expected
                .extend(answers);
        }
        self.log.save()
    }

    /// Every arm once with each length, at each workload.
    fn pilot_round(&mut self, plans: &[Plan]) -> Result<(), RunError> {
        let number = self.log.last_block() + 1;
        self.begin(number)?;
        let seed = self.choice.options.seed;
        let slots = schedule::block(seed, number, plans.len(), PILOT_ARMS * 2);
        for (position, slot) in slots.into_iter().enumerate() {
            let plan = &plans[slot.workload];
            let (arm, length) = (slot.arm / 2, slot.arm % 2);
            // The last arm is the reference once more.
            let (at, role) = match plan.variants.get(arm) {
                Some(at) => (*at, Arm::Main),
                None if arm == plan.variants.len() => (0, Arm::Control),
                None => continue,
            };
            let share = self.share_at(plan.workload, at, plan.tasks[length]);
            let place = Place {
                block: number,
                slot: position as u64,
                pass: Pass::Pilot,
                arm: role,
                padding: slot.padding,
            };
            let selected = &self.choice.variants[at];
            if self.is_to_run(plan.workload, &selected.name()) {
                self.forecast.again(Part::Check, 1);
                self.one_of(plan.workload, selected, place, share)?;
            }
        }
        Ok(())
    }

    fn share_at(&self, workload: usize, variant: usize, tasks: u64) -> Share {
        let shares = shares_at(self.choice, &self.choice.workloads[workload], tasks);
        shares[&self.choice.variants[variant].name()]
    }

    /// Notes which length a workload's runs have. Where a figure is missing, the one that they had.
    fn decide_length(&mut self, plan: &Plan, precision: Precision, rules: &Rules) {
        let lengths = plan.tasks.map(|tasks| {
            let (figures, round) = self.pilot_figures(plan, tasks);
            let its = spread(&figures)?;
            Some(tried(tasks, its, round, precision, rules.together))
        });
        let [Some(long), Some(short)] = lengths else {
            return;
        };
        let tasks = chosen_length(&long, &short);
        let chosen = &self.choice.workloads[plan.workload];
        let record = &mut self.log.run.workloads[plan.workload];
        record.shares = shares_at(self.choice, chosen, tasks);
        record.run_length = Some(RunLength {
            tasks,
            tried: vec![long, short],
        });
    }

    /// The headline figures of the runs of a length, a row for each round and a figure for each arm, and what
    /// a round of them took.
    fn pilot_figures(&self, plan: &Plan, tasks: u64) -> (Vec<Vec<f64>>, Duration) {
        let record = &self.log.run.workloads[plan.workload];
        let runs: Vec<&Run> = self
            .log
            .run_rows()
            .filter(|run| {
                run.pass == Pass::Pilot
                    && run.workload == record.workload.name
                    && run.tasks == tasks
            })
            .collect();
        let blocks: BTreeSet<u64> = runs.iter().map(|run| run.block).collect();
        let took_ms: u64 = runs.iter().map(|run| run.took_ms).sum();
        let round = Duration::from_millis(took_ms / PILOT_ROUNDS);
        let rows = blocks.into_iter().map(|block| {
            let mut its: Vec<&Run> = runs
                .iter()
                .filter(|run| run.block == block)
                .copied()
                .collect();
            its.sort_by_key(|run| (&run.variant, run.arm == Arm::Control));
            its.into_iter()
                .filter_map(|run| figure(run, record.headline()))
                .collect()
        });
        (rows.collect(), round)
    }
}

fn figure(run: &Run, headline: Metric) -> Option<f64> {
    match &run.outcome {
        Outcome::Measured(measured) => Some(headline.figure(measured)),
        Outcome::Failed(_) => None,
    }
}
