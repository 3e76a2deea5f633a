//! The seam for callers that decide themselves which workloads a block measures, as `claims` does.

use std::time::Duration;

use results::{Row, RunFile};

/// Decides which workloads the next block measures, in place of the usual rule. Blocks in which a workload was
/// disturbed do not count, and are noted in `run` for each workload by itself.
pub trait Scheduler {
    /// The indices of the workloads that the next block measures; none ends the measurement. `blocks` has the
    /// counted blocks of each workload of `run`, and `spent` is the time since the first measured block.
    fn next(&mut self, run: &RunFile, rows: &[Row], blocks: &[u64], spent: Duration) -> Vec<usize>;
}
