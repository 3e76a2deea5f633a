//! What follows from a row: it is stored before anything else happens, and all later decisions are
//! made from rows alone, so that a comparison that is gone on with makes the same ones. Making rows
//! is left to `session`.

use std::time::{Duration, Instant};

use super::session::Session;
use launch::RunError;
use results::{Outcome, Pass, Row, Run, WorkloadRecord};

impl Session<'_> {
    /// Stores a row before anything else happens.
    pub(super) fn keep(&mut self, row: Row) -> Result<(), RunError> {
        let stored = self.folder.append(&row);
        self.count(row);
        stored.map_err(RunError::tool)
    }

    /// Draws what follows from a row, be it new or of before the interruption: all decisions are
    /// made from rows alone, so that a repetition makes the same ones.
    fn count(&mut self, row: Row) {
        self.since = Instant::now();
        match &row {
            Row::Block(block) if block.number > 1 => {
                self.spent += Duration::from_nanos(block.control_ns);
            }
            Row::Block(_) => {}
            Row::Run(run) => {
                self.seq += 1;
                if run.pass == Pass::Measured {
                    self.spent += Duration::from_millis(run.took_ms);
                }
                self.count_outcome(run);
            }
        }
        self.rows.push(row);
    }

    fn count_outcome(&mut self, run: &Run) {
        let named = |record: &WorkloadRecord| record.workload.name == run.workload;
        let Some(workload) = self.run.workloads.iter().position(named) else {
            return;
        };
        match &run.outcome {
            Outcome::Failed(_) => {
                self.gone.insert((workload, run.variant.clone()));
            }
            Outcome::Measured(measured) => self.saw(workload, run, &measured.done.digest),
        }
    }

    /// Takes the row over from before the interruption, where there are any left.
    pub(super) fn measured_before(
        &mut self,
        is_it: impl Fn(&Row) -> bool,
    ) -> Result<bool, RunError> {
        let Some(row) = self.before.pop_front() else {
            return Ok(false);
        };
        if !is_it(&row) {
            let at = self.rows.len() + 1;
            let problem = anyhow::anyhow!(
                "samples.jsonl, line {at}: another run was due here, so this comparison cannot \
                 be gone on with"
            );
            return Err(RunError::tool(problem));
        }
        self.count(row);
        Ok(true)
    }

    /// A script has a clock of its own, or its budget would depend on this machine.
    pub(super) fn took_ms(&self, outcome: &Outcome) -> u64 {
        let took = match (&self.player, outcome) {
            (Some(_), Outcome::Measured(measured)) => Duration::from_nanos(measured.wall_ns),
            (Some(_), Outcome::Failed(_)) => Duration::ZERO,
            (None, _) => self.since.elapsed(),
        };
        u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
    }
}
