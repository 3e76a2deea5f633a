//! The last lines of a report: what was left out, the seed, and where the results are.

use std::path::Path;

use results::{RunFile, WorkloadRecord};
use terminal::{counted, shown};

use crate::hosts::closing_lines;

/// What to know about the comparison as a whole. `folder` is shown as the place of the results.
pub fn closing(run: &RunFile, folder: &Path) -> String {
    let options = &run.options;
    let place = format!("seed {}; results in {}", options.seed, folder.display());
    closing_lines(run)
        .into_iter()
        .chain(skipped(run))
        .chain(options.left_out.clone())
        .chain(is_unfinished(run).then(|| {
            "interrupted: this is what there was until then; `cargo xtask compare --resume` goes on"
                .to_owned()
        }))
        .chain([place])
        .map(|line| shown(&line) + "\n")
        .collect()
}

/// Whether it did not come to its end. A tool that was killed had no time to store that it was.
pub(crate) fn is_unfinished(run: &RunFile) -> bool {
    run.interrupted || run.ended.is_none()
}

/// The variants that there was no time for, in one line for all workloads.
fn skipped(run: &RunFile) -> Option<String> {
    let places: Vec<String> = run
        .workloads
        .iter()
        .filter(|record| !record.left_out.is_empty())
        .map(skipped_at)
        .collect();
    let budget_s = run.options.budget_ms.unwrap_or(0) / 1000;
    (!places.is_empty()).then(|| {
        format!(
            "skipped, since {} with it would take over {budget_s} s: {}",
            counted(run.options.blocks_together, "round"),
            places.join("; ")
        )
    })
}

fn skipped_at(record: &WorkloadRecord) -> String {
    let (names, workload) = (record.left_out.join(", "), &record.workload.name);
    format!("{names} on {workload}")
}
