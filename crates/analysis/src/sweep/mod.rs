//! The statistics of a sweep: for each workload and swept key who is ahead at which level, what more
//! concurrency gives, and what a waiting task takes.

mod axis;
mod costs;
mod fits;
mod indifference;
mod pairs;
mod swept;

use results::{Row, RunFile, SweepSummary, WorkloadSummary};

use self::axis::{Axis, axes};
use self::costs::costs;
use self::fits::{memory, scaling};
use self::indifference::indifference;
use self::pairs::pairs;
use self::swept::Swept;

/// Every sweep of a comparison; none where nothing was swept, and none over several hosts. `summaries` are those of
/// all workloads.
pub fn sweeps(run: &RunFile, rows: &[Row], summaries: &[WorkloadSummary]) -> Vec<SweepSummary> {
    // The levels of a sweep are compared block by block, and each level may have run on other hosts.
    if run.merged.is_some() {
        return Vec::new();
    }
    axes(run)
        .into_iter()
        .map(|axis| sweep(run, rows, summaries, axis))
        .collect()
}

fn sweep(run: &RunFile, rows: &[Row], summaries: &[WorkloadSummary], axis: Axis) -> SweepSummary {
    let swept = Swept::new(run, rows, summaries, &axis);
    let (scaling, mut unfitted) = scaling(&swept);
    let (memory, unfitted_memory) = memory(&swept, summaries);
    unfitted.extend(unfitted_memory);
    SweepSummary {
        noisy: swept.noisy_values(),
        pairs: pairs(&swept),
        indifference: indifference(&swept),
        costs: costs(&swept, summaries),
        scaling,
        memory,
        unfitted,
        workload: axis.workload,
        key: axis.key,
        fixed: axis.fixed,
        levels: axis.levels,
    }
}
