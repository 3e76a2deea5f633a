//! What a sweep comes to: for each workload and swept key who is ahead where, what more concurrency
//! gives, and what memory a waiting unit takes. Formulas are left to `verdict`, words to `text`.

mod axis;
mod fits;
mod pairs;

use axis::Axis;
use results::{Row, RunFile, SweepSummary, WorkloadSummary};

/// Every sweep of a comparison; none where nothing was swept.
pub fn sweeps(run: &RunFile, rows: &[Row], summaries: &[WorkloadSummary]) -> Vec<SweepSummary> {
    let of = |axis: Axis| {
        let noisy = pairs::noisy(&axis, summaries);
        let (scaling, mut unfitted) = fits::scaling(run, rows, &axis);
        let (memory, others) = fits::memory(run, summaries, &axis);
        unfitted.extend(others);
        SweepSummary {
            noisy: noisy.iter().map(|level| level.value.clone()).collect(),
            pairs: pairs::pairs(run, rows, &axis, &noisy),
            indifference: pairs::indifference(run, rows, &axis, &noisy),
            scaling,
            memory,
            unfitted,
            workload: axis.workload,
            key: axis.key,
            fixed: axis.fixed,
            levels: axis.levels,
        }
    };
    axis::axes(run).into_iter().map(of).collect()
}
