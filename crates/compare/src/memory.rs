//! The rounds after the measured blocks, in whose runs memory is read: one, and more where there is time.

use std::time::Duration;

use launch::RunError;
use results::Pass;
use schedule::{Rules, memory_rounds};
use terminal::progress;

use crate::forecast::Part;
use crate::session::Session;

impl Session<'_> {
    /// Reads the memory of every variant at every workload in as many rounds as there is time for.
    pub(crate) fn memory_rounds(&mut self) -> Result<(), RunError> {
        self.begin_memory();
        let first = self.log.last_block() + 1;
        let runs = self.memory_runs();
        let mut done = 0;
        // Rows decide, so that a comparison that is continued comes to as many rounds.
        let mut rounds = self.rounds_of_memory(self.costs_of_a_round());
        while done < rounds {
            self.forecast.expect(Part::Memory, runs * (rounds - done));
            self.memory_block(first + done)?;
            done += 1;
            let a_round = self.spent_on_memory().div_f64(done as f64);
            rounds = self.rounds_of_memory(a_round).max(done);
        }
        self.forecast.expect(Part::Memory, 0);
        Ok(())
    }

    /// The measured blocks are over, and blocks in which memory is read follow.
    pub(crate) fn begin_memory(&mut self) {
        self.forecast.expect(Part::Measure, 0);
        progress::measured_stage("reading memory");
    }

    /// One run of each variant at each workload, as a block of this number and in random order, in which its
    /// memory is read at barriers.
    pub(crate) fn memory_block(&mut self, block: u64) -> Result<(), RunError> {
        for (workload, selected, place) in self.places(block, Pass::Memory) {
            self.one(workload, selected, place)?;
        }
        Ok(())
    }

    /// Tells the forecast of the runs for memory that there will be at least: those that fit even where the
    /// measured blocks take all of their time.
    pub(crate) fn expect_memory(&mut self) {
        let rules = Rules::of(&self.choice.options);
        let spent = rules.budget.unwrap_or_default();
        let rounds = memory_rounds(self.costs_of_a_round(), spent, rules.budget);
        let runs = self.memory_runs();
        self.forecast.expect(Part::Memory, runs * rounds);
    }

    fn rounds_of_memory(&self, a_round: Duration) -> u64 {
        let rules = Rules::of(&self.choice.options);
        memory_rounds(a_round, self.log.spent(), rules.budget)
    }

    /// The runs of a round.
    fn memory_runs(&self) -> u64 {
        let all = self.choice.workloads.len() * self.choice.variants.len();
        (all - self.excluded.len()) as u64
    }

    /// What the runs of block 1 say of the time of a round.
    fn costs_of_a_round(&self) -> Duration {
        let reference = &self.choice.options.reference;
        self.costs()
            .iter()
            .filter(|cost| {
                let pair = (cost.workload, cost.variant.clone());
                !self.excluded.contains(&pair)
            })
            // The reference runs once a round, and twice a measured block.
            .map(|cost| cost.each_block / (1 + u32::from(cost.variant == *reference)))
            .sum()
    }

    /// What all runs for memory have taken so far.
    fn spent_on_memory(&self) -> Duration {
        let runs = self.log.run_rows().filter(|run| run.pass == Pass::Memory);
        runs.map(|run| Duration::from_millis(run.took_ms)).sum()
    }
}
