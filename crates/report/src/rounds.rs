//! The figures of single runs in the order in which they were measured, those of disturbed rounds included.

use std::collections::BTreeSet;

use results::{Arm, Metric, Outcome, Pass, Row, RunFile};

/// One figure of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RunFigure {
    /// The number of its round.
    pub(crate) block: u64,
    /// Its place within the round.
    pub(crate) slot: u64,
    /// The figure, in nanoseconds.
    pub(crate) value: f64,
}

/// The figures of the measured runs of a variant at a workload, in their order.
pub(crate) fn run_figures(
    run: &RunFile,
    rows: &[Row],
    (workload, variant, arm): (&str, &str, Arm),
    metric: Metric,
) -> Vec<RunFigure> {
    let mut figures: Vec<RunFigure> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Run(run) => Some(&**run),
            Row::Block(_) => None,
        })
        .filter(|its| its.workload == workload && its.variant == variant && its.arm == arm)
        .filter(|its| its.pass == Pass::Measured && !run.is_torn(its))
        .filter_map(|its| match &its.outcome {
            Outcome::Measured(measured) => Some(RunFigure {
                block: its.block,
                slot: its.slot,
                value: metric.figure(measured),
            }),
            Outcome::Failed(_) => None,
        })
        .collect();
    figures.sort_by_key(|figure| (figure.block, figure.slot));
    figures
}

/// The rounds in which a workload was disturbed from outside.
pub(crate) fn disturbed_rounds(run: &RunFile, workload: &str) -> BTreeSet<u64> {
    let its = run.disturbed_blocks.get(workload);
    its.map(|its| its.blocks.iter().copied().collect())
        .unwrap_or_default()
}
