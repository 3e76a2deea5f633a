//! The statistics of a comparison as `run.json` stores them: the computed ones, and the advice in
//! words.

use analysis::{advise, summarise};
use results::{Row, RunFile, WorkloadSummary};

use crate::advice::advice_lines;

/// The statistics of every workload, in the order of the workloads, complete with their advice.
pub fn statistics(run: &RunFile, rows: &[Row]) -> Vec<WorkloadSummary> {
    advised(run, summarise(run, rows))
}

/// Computed statistics, complete with their advice.
pub fn advised(run: &RunFile, mut summaries: Vec<WorkloadSummary>) -> Vec<WorkloadSummary> {
    for summary in &mut summaries {
        let measures = run.options.profile.measures();
        summary.advice = advice_lines(&advise(summary, &run.options.reference, measures));
    }
    summaries
}
