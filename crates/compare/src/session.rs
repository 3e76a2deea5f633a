//! The loop of a comparison: block by block, run by run. What the runs come to is kept by the log, and
//! how they are carried out is the executor's.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use analysis::reached;
use catalog::{Selected, Workspace};
use host::Ledger;
use launch::{RunError, Trial};
use results::{Arm, Block, Failure, Folder, Outcome, Pass, Row, Run, Share};
use schedule::{Cost, Reached, Rules};
use terminal::{interrupt, progress};

use crate::choice::Choice;
use crate::executor::Executor;
use crate::forecast::{Forecast, Part};
use crate::log::{Before, Log};
use crate::place::Place;
use crate::predictor::Predictor;
use crate::run_file::run_file;
use crate::scheduler::Scheduler;
use crate::source::Source;

/// A comparison while it runs.
pub(crate) struct Session<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) ledger: &'a Ledger,
    pub(crate) choice: &'a Choice,
    pub(crate) log: Log,
    pub(crate) executor: Box<dyn Executor + 'a>,
    /// What does not run though nothing is wrong with it, by the workload's place and the variant's name.
    pub(crate) excluded: BTreeSet<(usize, String)>,
    /// Whether the reference has a second arm.
    pub(crate) controls: bool,
    pub(crate) forecast: Forecast,
    /// The folder of the campaign that it is a unit of.
    pub(crate) campaign: Option<PathBuf>,
    /// Says what runs would come to, where anybody can.
    pub(crate) predictor: Option<&'a dyn Predictor>,
    /// Decides what the next block measures, in place of the usual rule.
    pub(crate) scheduler: Option<&'a mut dyn Scheduler>,
}

impl<'a> Session<'a> {
    /// A comparison of which nothing has run yet, or which is continued.
    pub(crate) fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        choice: &'a Choice,
        folder: Folder,
        before: Option<Before>,
    ) -> Session<'a> {
        Session {
            workspace,
            ledger,
            choice,
            log: Log::new(folder, run_file(choice, workspace), before),
            executor: Source::of(workspace, choice.script.as_ref()).executor(ledger, choice),
            excluded: BTreeSet::new(),
            controls: true,
            forecast: Forecast::new(choice),
            campaign: None,
            predictor: None,
            scheduler: None,
        }
    }

    /// Block 1: every variant once. Its answers count, and its times do not.
    pub(crate) fn correctness_block(&mut self) -> Result<(), RunError> {
        progress::stage("checking answers");
        let all: Vec<usize> = (0..self.choice.workloads.len()).collect();
        self.block(1, Pass::Correctness, &all).map(drop)
    }

    /// Blocks until every workload is precise enough, or the time is over.
    pub(crate) fn measured_blocks(&mut self) -> Result<(), RunError> {
        self.forecast.expect(Part::Check, 0);
        progress::measured_stage("measuring");
        let rules = Rules::of(&self.choice.options);
        let mut whole = vec![0; self.choice.workloads.len()];
        let mut blocks = whole.clone();
        let mut outlook_told_at = None;
        loop {
            self.note_stopped(&rules)?;
            let workloads = self.next_workloads(&rules, &blocks, &mut outlook_told_at);
            if workloads.is_empty() {
                return Ok(());
            }
            let number = self.log.last_block() + 1;
            let before = workloads.iter().map(|workload| blocks[*workload]);
            progress::step(&format!(
                "round {} of {}",
                before.max().unwrap_or(0) + 1,
                self.choice.options.blocks
            ));
            if self.block(number, Pass::Measured, &workloads)? {
                for workload in &workloads {
                    whole[*workload] += 1;
                }
                let counted = self.counted_blocks(&rules, &whole)?;
                self.expect_again(&workloads, &blocks, &counted);
                blocks = counted;
            }
        }
    }

    /// The indices of the workloads that the next block measures, after so many blocks of each that count.
    /// The outlook is told where there is one; it was told last at `told_at` rounds.
    fn next_workloads(
        &mut self,
        rules: &Rules,
        blocks: &[u64],
        told_at: &mut Option<u64>,
    ) -> Vec<usize> {
        let spent = self.log.spent();
        if let Some(scheduler) = &mut self.scheduler {
            let workloads = scheduler.next(&self.log.run, self.log.rows(), blocks, spent);
            // How many blocks more there will be is only known block by block.
            if blocks.iter().all(|blocks| *blocks >= rules.fewest) {
                let runs = self.runs_of(&workloads);
                self.forecast.expect(Part::Measure, runs);
            }
            return workloads;
        }
        let reached = if rules.precision.is_some() {
            reached(&self.log.run, self.log.rows(), blocks)
        } else {
            blocks.iter().map(|n| Reached::of(*n, [])).collect()
        };
        let workloads = schedule::next(rules, &reached, spent);
        if !workloads.is_empty() {
            self.tell_outlook(rules, &reached, told_at);
        }
        workloads
    }

    /// Leaves variants out where there is no time for them, and notes their names.
    pub(crate) fn leave_out_what_does_not_fit(&mut self) -> Result<(), RunError> {
        let rules = Rules::of(&self.choice.options);
        let Some(budget) = rules.budget else {
            return Ok(());
        };
        let rest = budget.saturating_sub(self.log.spent());
        for (workload, variant) in schedule::left_out(&self.costs(), rules.together, rest) {
            let record = &mut self.log.run.workloads[workload];
            record.left_out.push(variant.clone());
            self.excluded.insert((workload, variant));
        }
        let runs = self.choice.workloads.len() * self.choice.variants.len() - self.excluded.len();
        let with_controls = runs + self.choice.workloads.len();
        self.forecast
            .expect(Part::Measure, with_controls as u64 * rules.most);
        self.expect_memory();
        self.log.save()
    }

    /// What the runs of block 1 say of the cost of a block.
    pub(crate) fn costs(&self) -> Vec<Cost> {
        let runs = self.log.run_rows();
        runs.filter(|run| run.pass == Pass::Correctness)
            .filter_map(|run| self.cost(run))
            .collect()
    }

    /// What a measured run says of the cost of a block; nothing of a failed one.
    fn cost(&self, run: &Run) -> Option<Cost> {
        let Outcome::Measured(measured) = &run.outcome else {
            return None;
        };
        let mut variants = self.choice.variants.iter();
        let selected = variants.find(|selected| selected.name() == run.variant)?;
        let is_reference = self.log.run.is_reference(&run.variant);
        let workload = self.log.workload(&run.workload)?;
        let share = self.log.run.workloads[workload].shares.get(&run.variant)?;
        // Runs may have become shorter since then, but for their start and end.
        let part = share.tasks as f64 / run.tasks.max(1) as f64;
        let elapsed = Duration::from_nanos(measured.done.elapsed_ns.min(measured.wall_ns));
        let around = Duration::from_nanos(measured.wall_ns) - elapsed;
        Some(Cost {
            workload,
            variant: run.variant.clone(),
            // The reference runs twice a block: its second arm is the A/A control.
            each_block: (around + elapsed.mul_f64(part)) * (1 + u32::from(is_reference)),
            must_stay: is_reference || selected.named,
            quick: selected.variant.quick,
        })
    }

    /// One block of these workloads, and whether it is whole. A measured one that an interruption cut short
    /// is not finished, because what is compared within a block must have run within minutes.
    fn block(&mut self, number: u64, pass: Pass, workloads: &[usize]) -> Result<bool, RunError> {
        let is_old = self.begin(number)?;
        for (workload, selected, place) in self.places(number, pass) {
            if !workloads.contains(&workload) || !self.is_to_run(workload, &selected.name()) {
                continue;
            }
            let chosen = &self.choice.workloads[workload].workload;
            let is_torn = is_old
                && pass == Pass::Measured
                && self.log.is_torn(number, |row| {
                    place.is_of(row, &chosen.name, &selected.name())
                });
            if is_torn {
                self.log.note_torn(number)?;
                return Ok(false);
            }
            self.one(workload, selected, place)?;
        }
        Ok(true)
    }

    pub(crate) fn is_to_run(&self, workload: usize, variant: &str) -> bool {
        let is_excluded = self.excluded.contains(&(workload, variant.to_owned()));
        let name = &self.choice.workloads[workload].workload.name;
        let has_stopped = self.log.run.stopped(name, variant).is_some();
        !is_excluded && !has_stopped && !self.log.has_failed(workload, variant)
    }

    /// The places of a block with the workload and the variant that runs at each. Every place is drawn
    /// whichever workloads run, so that one that has stopped moves no other's place in the order.
    pub(crate) fn places(&self, number: u64, pass: Pass) -> Vec<(usize, &'a Selected, Place)> {
        let choice = self.choice;
        // The last arm is the reference once more.
        let arms = choice.variants.len() + 1;
        let slots = schedule::block(choice.options.seed, number, choice.workloads.len(), arms);
        let mut places = Vec::with_capacity(slots.len());
        for (position, slot) in slots.into_iter().enumerate() {
            let (selected, arm) = match choice.variants.get(slot.arm) {
                Some(selected) => (selected, Arm::Main),
                None if pass != Pass::Measured || !self.controls => continue,
                None => (&choice.variants[0], Arm::Control),
            };
            let place = Place {
                block: number,
                slot: position as u64,
                pass,
                arm,
                padding: slot.padding,
            };
            places.push((slot.workload, selected, place));
        }
        places
    }

    /// Keeps the row of a block's begin, and returns whether it was there from before an interruption.
    pub(crate) fn begin(&mut self, number: u64) -> Result<bool, RunError> {
        if self
            .log
            .take_over(|row| matches!(row, Row::Block(block) if block.number == number))?
        {
            return Ok(true);
        }
        let control_ns = self.executor.control_ns(number);
        self.log
            .keep(Row::Block(Block { number, control_ns }))
            .map(|()| false)
    }

    /// One run, unless the variant has failed at this workload or is not to run it.
    pub(crate) fn one(
        &mut self,
        workload: usize,
        selected: &Selected,
        place: Place,
    ) -> Result<(), RunError> {
        match self.log.run.workloads[workload]
            .shares
            .get(&selected.name())
        {
            Some(share) => self.one_of(workload, selected, place, *share),
            None => Ok(()),
        }
    }

    /// One run of so many tasks, unless the variant has failed at this workload or is not to run it.
    pub(crate) fn one_of(
        &mut self,
        workload: usize,
        selected: &Selected,
        place: Place,
        share: Share,
    ) -> Result<(), RunError> {
        interrupt::check()?;
        let variant = selected.name();
        if self.excluded.contains(&(workload, variant.clone())) {
            return Ok(());
        }
        if self.log.has_failed(workload, &variant) {
            self.forecast.skip(part_of(place.pass));
            return Ok(());
        }
        let name = &self.choice.workloads[workload].workload.name;
        if self.log.take_over(|row| place.is_of(row, name, &variant))? {
            self.forecast.skip(part_of(place.pass));
            return Ok(());
        }
        if self.keep_noted_failure(workload, &variant, place)? {
            self.forecast.skip(part_of(place.pass));
            return Ok(());
        }
        // A measured run is a detail of its block: a line for each would hide the rest.
        if matches!(place.pass, Pass::Measured | Pass::Pilot) {
            progress::detail(&format!("{name}, {variant}"));
        } else {
            progress::step(&format!("{name}, {variant}"));
        }
        let trial = self.trial(workload, selected, place, share);
        let before = Instant::now();
        self.attempt(workload, &trial, place)?;
        self.one_done(part_of(place.pass), before.elapsed());
        Ok(())
    }

    /// Keeps the row of a wrong answer that is noted and was never stored, because the tool was killed while
    /// it looked into it; returns whether there is one.
    pub(crate) fn keep_noted_failure(
        &mut self,
        workload: usize,
        variant: &str,
        place: Place,
    ) -> Result<bool, RunError> {
        let Some(failed) = self.log.wrong_digest(workload, variant) else {
            return Ok(false);
        };
        let record = &self.log.run.workloads[workload];
        let share = record.shares.get(variant);
        let row = place.failed_row(
            self.log.next_run(),
            &record.workload.name,
            variant,
            share,
            failed.failure,
        );
        self.log.keep(row)?;
        Ok(true)
    }

    pub(crate) fn trial<'t>(
        &self,
        workload: usize,
        selected: &'t Selected,
        place: Place,
        share: Share,
    ) -> Trial<'t>
    where
        'a: 't,
    {
        let choice = self.choice;
        let chosen = &choice.workloads[workload];
        Trial {
            selected,
            chosen,
            wanted: choice.wanted_of(chosen),
            share,
            limit: choice.limit,
            placement: choice.options.placement,
            padding: place.padding,
            hold: place.pass == Pass::Memory,
            digests: None,
            trace: None,
        }
    }

    /// A row at every workload for what cannot run at all.
    pub(crate) fn unusable(&mut self, variant: &str, failure: &Failure) -> Result<(), RunError> {
        let place = Place::before_start(Pass::Preparation);
        for workload in 0..self.choice.workloads.len() {
            let name = self.choice.workloads[workload].workload.name.clone();
            if self.log.take_over(|row| place.is_of(row, &name, variant))? {
                continue;
            }
            let share = self.log.run.workloads[workload].shares.get(variant);
            let number = self.log.next_run();
            let row = place.failed_row(number, &name, variant, share, failure.clone());
            self.log.keep(row)?;
        }
        Ok(())
    }

    /// A unit of a part is done: the time that is left is told anew.
    pub(crate) fn one_done(&mut self, part: Part, took: Duration) {
        self.forecast.done(part, took);
        progress::left(Some(self.forecast.left()));
    }
}

fn part_of(pass: Pass) -> Part {
    match pass {
        Pass::Preparation | Pass::Correctness | Pass::Pilot => Part::Check,
        Pass::Measured => Part::Measure,
        Pass::Memory => Part::Memory,
    }
}
