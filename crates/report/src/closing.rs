//! The last lines of a report: what was left out, the seed, and where the results are.

use std::path::Path;

use results::{RunFile, WorkloadRecord};

/// What to know about the comparison as a whole. `folder` is shown as the place of the results.
pub fn closing(run: &RunFile, folder: &Path) -> String {
    let options = &run.options;
    let place = format!("seed {}; results in {}", options.seed, folder.display());
    run.workloads
        .iter()
        .filter(|record| !record.left_out.is_empty())
        .map(|record| left_out(run, record))
        .chain(options.left_out.clone())
        .chain([place])
        .map(|line| line + "\n")
        .collect()
}

fn left_out(run: &RunFile, record: &WorkloadRecord) -> String {
    format!(
        "skipped at {}, because {} blocks with it would take over {} s: {}",
        record.workload.name,
        run.options.blocks_together,
        run.options.budget_ms.unwrap_or(0) / 1000,
        record.left_out.join(", ")
    )
}
