//! The runs of one sweep, by level and variant. Its figures are those of the headline.

use results::{Arm, Row, RunFile, SweepLevel, VerdictKind, WorkloadSummary};
use verdict::Interval;

use super::axis::Axis;
use crate::samples::Series;

/// A sweep with the comparison that it is part of.
pub(super) struct Swept<'a> {
    pub(super) run: &'a RunFile,
    pub(super) rows: &'a [Row],
    pub(super) axis: &'a Axis,
    summaries: &'a [WorkloadSummary],
    /// Levels at which the A/A control surely moved by more than the margin. They decide nothing.
    noisy: Vec<&'a SweepLevel>,
}

impl<'a> Swept<'a> {
    pub(super) fn new(
        run: &'a RunFile,
        rows: &'a [Row],
        summaries: &'a [WorkloadSummary],
        axis: &'a Axis,
    ) -> Swept<'a> {
        let noisy = axis
            .levels
            .iter()
            .filter(|level| {
                summaries
                    .iter()
                    .filter(|summary| summary.workload == level.row)
                    .any(is_suppressed)
            })
            .collect();
        Swept {
            run,
            rows,
            axis,
            summaries,
            noisy,
        }
    }

    pub(super) fn is_noisy(&self, level: &SweepLevel) -> bool {
        self.noisy.contains(&level)
    }

    /// The 95 % interval of the A/A control at a level.
    pub(super) fn control(&self, level: &SweepLevel) -> Option<Interval> {
        let mut summaries = self.summaries.iter();
        let summary = summaries.find(|summary| summary.workload == level.row)?;
        let (lower, upper) = summary.controls.get(&summary.headline)?.interval?;
        Some(Interval { lower, upper })
    }

    /// The noisy levels as they were typed.
    pub(super) fn noisy_values(&self) -> Vec<String> {
        self.noisy.iter().map(|level| level.value.clone()).collect()
    }

    /// The name of every variant, the reference included.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.run
            .variants
            .iter()
            .map(|variant| variant.name.as_str())
    }

    /// The name of every variant but the reference.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let reference = self.reference();
        self.names().filter(move |name| *name != reference)
    }

    pub(super) fn reference(&self) -> &'a str {
        &self.run.options.reference
    }

    /// The runs of a variant at a level.
    pub(super) fn series(&self, level: &SweepLevel, name: &str) -> Series<'a> {
        Series::of(self.run, self.rows, &level.row, name, Arm::Main)
    }

    /// The figures of a variant and of the reference at a level, in the blocks that both have.
    pub(super) fn paired(&self, level: &SweepLevel, name: &str) -> (Vec<f64>, Vec<f64>) {
        let series = self.series(level, name);
        series.paired(&self.series(level, self.reference()), series.headline)
    }
}

/// Whether the control of the headline moved.
fn is_suppressed(summary: &WorkloadSummary) -> bool {
    summary
        .variants
        .iter()
        .any(|variant| variant.verdict(summary.headline) == Some(VerdictKind::Suppressed))
}
