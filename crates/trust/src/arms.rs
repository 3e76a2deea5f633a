//! The arms of a real comparison while it is measured, block by block in the order in which `compare` would run
//! them.

use std::time::Duration;

use analysis::WorkloadRatios;
use schedule::Slot;
use verdict::StatisticsError;

use crate::laboratory::Figures;
use crate::metrics::METRICS;
use crate::pairs::{Series, ratios};

/// The figures of every arm so far.
#[derive(Clone, Debug)]
pub(crate) struct Arms {
    /// The seed of the order of runs.
    seed: u64,
    series: Vec<Series>,
    /// Whole blocks.
    pub(crate) blocks: u64,
    /// What all runs took, start and end included.
    pub(crate) took: Duration,
}

impl Arms {
    /// So many arms without a run.
    pub(crate) fn new(arms: usize, seed: u64) -> Arms {
        Arms {
            seed,
            series: vec![Vec::new(); arms],
            blocks: 0,
            took: Duration::ZERO,
        }
    }

    /// Runs one more block.
    ///
    /// # Errors
    /// Those of a run.
    pub(crate) fn measure(
        &mut self,
        run: &mut dyn FnMut(Slot) -> anyhow::Result<Figures>,
    ) -> anyhow::Result<()> {
        // In `compare`, block 1 only checks answers, and the first block that counts is number 2.
        for slot in schedule::block(self.seed, self.blocks + 2, 1, self.series.len()) {
            let arm = slot.arm;
            let figures = run(slot)?;
            self.took += figures.wall;
            self.series[arm].push(Some(figures.by));
        }
        self.blocks += 1;
        Ok(())
    }

    /// The ratios to the first arm by both metrics. Where there is a control it is the last arm.
    ///
    /// # Errors
    /// No whole block yet.
    pub(crate) fn ratios(&self, has_control: bool) -> Result<WorkloadRatios, StatisticsError> {
        ratios(&self.series, has_control, &METRICS)
    }
}
