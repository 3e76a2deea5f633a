//! Disturbed rounds are measured again: which blocks of a comparison count, decided anew after every block
//! and from rows alone.

use analysis::{disturbed_blocks, disturbed_blocks_of_each};
use launch::RunError;
use schedule::{Rules, all_count};

use crate::forecast::Part;
use crate::session::Session;

impl Session<'_> {
    /// How many blocks of each workload count, of so many whole ones. What was found is noted in `run.json`.
    pub(crate) fn counted_blocks(
        &mut self,
        rules: &Rules,
        whole: &[u64],
    ) -> Result<Vec<u64>, RunError> {
        if self.choice.options.keep_disturbed {
            return Ok(whole.to_vec());
        }
        let (run, rows) = (&self.log.run, self.log.rows());
        // Whoever decides on the blocks itself pairs those that are there of two workloads.
        let mut found = if self.scheduler.is_some() {
            disturbed_blocks_of_each(run, rows)
        } else {
            disturbed_blocks(run, rows)
        };
        let is_late = rules.is_late(self.log.spent());
        let mut counted = Vec::with_capacity(whole.len());
        for (record, whole) in self.log.run.workloads.iter().zip(whole) {
            let Some(its) = found.get_mut(&record.workload.name) else {
                counted.push(*whole);
                continue;
            };
            let disturbed = its.blocks.len() as u64;
            let undisturbed = whole.saturating_sub(disturbed);
            // Once all count they go on to: blocks that come and go would let chance decide on the last.
            its.count |= disturbed > 0 && all_count(rules, disturbed, undisturbed, is_late);
            counted.push(if its.count { *whole } else { undisturbed });
        }
        if found != self.log.run.disturbed_blocks {
            self.log.run.disturbed_blocks = found;
            self.log.save()?;
        }
        Ok(counted)
    }

    /// The runs of workloads whose block does not count are to be made once more.
    pub(crate) fn expect_again(&mut self, workloads: &[usize], before: &[u64], after: &[u64]) {
        let uncounted: Vec<usize> = workloads
            .iter()
            .copied()
            .filter(|workload| after[*workload] <= before[*workload])
            .collect();
        let runs = self.runs_of(&uncounted);
        self.forecast.again(Part::Measure, runs);
    }

    /// The runs of a block of these workloads.
    pub(crate) fn runs_of(&self, workloads: &[usize]) -> u64 {
        workloads
            .iter()
            .map(|workload| {
                let variants = self.choice.variants.iter();
                let runs = variants
                    .filter(|selected| self.is_to_run(*workload, &selected.name()))
                    .count();
                (runs + usize::from(self.controls)) as u64
            })
            .sum()
    }
}
