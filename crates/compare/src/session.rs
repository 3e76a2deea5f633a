//! A comparison while it runs: block by block, run by run, every row kept at once. What the rows
//! come to is left to `ending` and `report`.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::choice::Choice;
use super::resume::Before;
use crate::scripted;
use crate::scripted::{Player, Turn};
use analysis::reached;
use catalog::{Selected, Workspace};
use launch::{Ledger, RunError, Services, Trial, machine};
use results::{
    Arm, Block, Failed, Failure, Folder, Others, Outcome, Pass, Row, Run, RunFile, WorkloadRecord,
    time,
};
use schedule::{Cost, Reached, Rules, Slot};
use terminal::{interrupt, output};

/// Everything that a block needs.
pub(super) struct Session<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) ledger: &'a Ledger,
    pub(super) choice: &'a Choice,
    pub(super) folder: Folder,
    pub(super) run: RunFile,
    pub(super) rows: Vec<Row>,
    pub(super) progress: ProgressBar,
    pub(super) services: Services<'a>,
    /// In the place of programs.
    pub(super) player: Option<Player>,
    /// Whether the reference has a second arm.
    pub(super) controls: bool,
    /// By workload's place and variant: no further runs.
    pub(super) gone: BTreeSet<(usize, String)>,
    /// Rows of an interrupted comparison that its repetition has not come to yet.
    pub(super) before: VecDeque<Row>,
    pub(super) seq: u64,
    /// What the measured blocks have taken.
    pub(super) spent: Duration,
    /// When the last row was kept.
    pub(super) since: Instant,
}

/// One run within a block.
#[derive(Clone, Copy)]
struct Place {
    block: u64,
    slot: u64,
    pass: Pass,
    arm: Arm,
    padding: usize,
}

impl Place {
    /// Whether a row is of this run.
    fn is_of(&self, row: &Row, workload: &str, variant: &str) -> bool {
        let Row::Run(run) = row else {
            return false;
        };
        let its = (run.block, run.slot, run.pass, run.arm, run.padding);
        let mine = (
            self.block,
            self.slot,
            self.pass,
            self.arm,
            self.padding as u64,
        );
        its == mine && run.workload == workload && run.variant == variant
    }
}

impl<'a> Session<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        choice: &'a Choice,
        folder: Folder,
        before: Option<Before>,
    ) -> Session<'a> {
        let services = Services::new(workspace.program("services"), workspace.data(), ledger)
            .with_postgres(choice.postgres.as_deref());
        let slots = choice.workloads.len() * (choice.variants.len() + 1);
        let script = choice.script.as_ref();
        let mut run = choice.run_file(workspace);
        let mut rows = Vec::new();
        if let Some(before) = before {
            run.started = before.run.started;
            run.variants = before.run.variants;
            run.digests = before.run.digests;
            rows = before.rows;
        }
        Session {
            player: script.map(|script| Player::new(script, slots)),
            workspace,
            ledger,
            choice,
            folder,
            run,
            rows: Vec::new(),
            progress: output::progress(),
            services,
            controls: true,
            gone: BTreeSet::new(),
            before: rows.into(),
            seq: 0,
            spent: Duration::ZERO,
            since: Instant::now(),
        }
    }

    /// Block 1: every variant once; its answers count.
    pub(super) fn correctness_block(&mut self) -> Result<(), RunError> {
        let all: Vec<usize> = (0..self.choice.workloads.len()).collect();
        self.block(1, Pass::Correctness, &all)
    }

    /// Blocks until every workload is precise enough, or the time is over.
    pub(super) fn measured_blocks(&mut self) -> Result<(), RunError> {
        let rules = Rules::of(&self.choice.options);
        let mut blocks = vec![0; self.choice.workloads.len()];
        loop {
            let reached = match rules.precision {
                Some(_) => reached(&self.run, &self.rows, &blocks),
                None => blocks.iter().map(|n| Reached::of(*n, [])).collect(),
            };
            let workloads = schedule::next(&rules, &reached, self.spent);
            if workloads.is_empty() {
                return Ok(());
            }
            workloads.iter().for_each(|at| blocks[*at] += 1);
            self.block(self.last_block() + 1, Pass::Measured, &workloads)?;
        }
    }

    pub(super) fn last_block(&self) -> u64 {
        let numbers = self.rows.iter().filter_map(|row| match row {
            Row::Block(block) => Some(block.number),
            Row::Run(_) => None,
        });
        numbers.max().unwrap_or(0)
    }

    /// One run of each variant in which its memory is read at barriers.
    pub(super) fn memory_runs(&mut self) -> Result<(), RunError> {
        let block = self.last_block() + 1;
        self.memory_block(block)
    }

    /// The same, as a block of this number.
    pub(super) fn memory_block(&mut self, block: u64) -> Result<(), RunError> {
        let choice = self.choice;
        let mut slot = 0;
        for workload in 0..choice.workloads.len() {
            for selected in &choice.variants {
                let (pass, arm, padding) = (Pass::Memory, Arm::Main, 0);
                let place = Place {
                    block,
                    slot,
                    pass,
                    arm,
                    padding,
                };
                self.one(workload, selected, place)?;
                slot += 1;
            }
        }
        Ok(())
    }

    /// Drops variants where there is no time for them, and keeps their names.
    pub(super) fn leave_out_what_does_not_fit(&mut self) -> Result<(), RunError> {
        let rules = Rules::of(&self.choice.options);
        let Some(budget) = rules.budget else {
            return Ok(());
        };
        let dropped = schedule::left_out(&self.costs(), rules.together, budget);
        for (workload, variant) in dropped {
            self.run.workloads[workload].left_out.push(variant.clone());
            self.gone.insert((workload, variant));
        }
        self.save()
    }

    fn costs(&self) -> Vec<Cost> {
        let runs = self.rows.iter().filter_map(|row| match row {
            Row::Run(run) => Some(run),
            Row::Block(_) => None,
        });
        let cost = |run: &Run| {
            let Outcome::Measured(measured) = &run.outcome else {
                return None;
            };
            let named = |record: &WorkloadRecord| record.workload.name == run.workload;
            let workload = self.run.workloads.iter().position(named)?;
            let selected = self
                .choice
                .variants
                .iter()
                .find(|s| s.name() == run.variant)?;
            let is_reference = self.run.is_reference(&run.variant);
            Some(Cost {
                workload,
                variant: run.variant.clone(),
                each_block: Duration::from_nanos(measured.wall_ns) * (1 + u32::from(is_reference)),
                must_stay: is_reference || selected.named,
                quick: selected.variant.quick,
            })
        };
        runs.filter_map(|run| cost(run)).collect()
    }

    /// One block of these workloads. Which of them run moves no other's place in the order.
    fn block(&mut self, number: u64, pass: Pass, workloads: &[usize]) -> Result<(), RunError> {
        let choice = self.choice;
        self.begin(number)?;
        // The last arm is the reference once more.
        let arms = choice.variants.len() + 1;
        let slots = schedule::block(choice.options.seed, number, choice.workloads.len(), arms);
        for (
            at,
            Slot {
                workload,
                arm,
                padding,
            },
        ) in slots.into_iter().enumerate()
        {
            if !workloads.contains(&workload) {
                continue;
            }
            let (variant, arm) = match choice.variants.get(arm) {
                Some(selected) => (selected, Arm::Main),
                None if pass == Pass::Correctness || !self.controls => continue,
                None => (&choice.variants[0], Arm::Control),
            };
            let place = Place {
                block: number,
                slot: at as u64,
                pass,
                arm,
                padding,
            };
            self.one(workload, variant, place)?;
        }
        Ok(())
    }

    fn begin(&mut self, number: u64) -> Result<(), RunError> {
        let is_it = |row: &Row| matches!(row, Row::Block(block) if block.number == number);
        if self.measured_before(is_it)? {
            return Ok(());
        }
        let control_ns = match self.player {
            Some(_) => scripted::CONTROL_NS,
            None => machine::control(),
        };
        self.keep(Row::Block(Block { number, control_ns }))
    }

    /// One run, unless the variant has failed at this workload.
    fn one(&mut self, workload: usize, selected: &Selected, place: Place) -> Result<(), RunError> {
        interrupt::check()?;
        let variant = selected.name();
        if self.gone.contains(&(workload, variant.clone())) {
            return Ok(());
        }
        let chosen = &self.choice.workloads[workload];
        if self.measured_before(|row| place.is_of(row, &chosen.workload.name, &variant))? {
            return Ok(());
        }
        self.show(place, &chosen.workload.name, &variant);
        let trial = Trial {
            selected,
            chosen,
            wanted: self.choice.wanted_of(chosen),
            share: self.run.workloads[workload].shares[&variant],
            limit: self.choice.limit,
            placement: self.choice.options.placement,
            padding: place.padding,
            hold: place.pass == Pass::Memory,
            digests: None,
        };
        let Place {
            block, slot, arm, ..
        } = place;
        let turn = Turn { block, slot, arm };
        let steal_before = machine::steal_ticks();
        let sample = self.attempt(workload, &trial, turn)?;
        let steal = machine::steal_ticks().zip(steal_before);
        let run = Run {
            seq: self.seq,
            block: place.block,
            slot: place.slot,
            pass: place.pass,
            workload: chosen.workload.name.clone(),
            variant,
            arm: place.arm,
            tasks: trial.share.tasks,
            in_flight: trial.share.in_flight,
            padding: trial.padding as u64,
            took_ms: self.took_ms(&sample.outcome),
            ended_ms: time::now_ms(),
            load: machine::load(),
            steal_ticks: steal.map(|(after, before)| after.saturating_sub(before)),
            origin_cpu_ns: sample.origin_cpu_ns,
            others: sample.others,
            outcome: sample.outcome,
        };
        self.keep(Row::Run(Box::new(run)))
    }

    /// A row for what never got as far as a run.
    pub(super) fn failed_before_start(
        &mut self,
        workload: usize,
        variant: &str,
        failure: Failure,
        pass: Pass,
    ) -> Result<(), RunError> {
        let place = Place {
            block: 0,
            slot: 0,
            pass,
            arm: Arm::Main,
            padding: 0,
        };
        let name = self.run.workloads[workload].workload.name.clone();
        if self.measured_before(|row| place.is_of(row, &name, variant))? {
            return Ok(());
        }
        let record = &self.run.workloads[workload];
        let share = record.shares.get(variant);
        let run = Run {
            seq: self.seq,
            block: 0,
            slot: 0,
            pass,
            workload: name,
            variant: variant.to_owned(),
            arm: Arm::Main,
            tasks: share.map_or(0, |share| share.tasks),
            in_flight: share.map_or(0, |share| share.in_flight),
            padding: 0,
            took_ms: 0,
            ended_ms: time::now_ms(),
            load: None,
            steal_ticks: None,
            origin_cpu_ns: None,
            others: Others::Unavailable("nothing ran".to_owned()),
            outcome: Outcome::Failed(Failed {
                failure,
                replay: String::new(),
            }),
        };
        self.keep(Row::Run(Box::new(run)))
    }

    /// Stores what is known about the comparison as a whole.
    pub(super) fn save(&mut self) -> Result<(), RunError> {
        self.folder.write_run(&self.run).map_err(RunError::tool)
    }

    fn show(&self, place: Place, workload: &str, variant: &str) {
        let what = match place.pass {
            Pass::Preparation | Pass::Correctness => "correctness".to_owned(),
            Pass::Measured => format!(
                "block {} of {}",
                place.block - 1,
                self.choice.options.blocks
            ),
            Pass::Memory => "memory".to_owned(),
        };
        self.progress
            .set_message(format!("{what}: {workload}, {variant}"));
        self.progress.tick();
    }
}
