//! What a table shows of a workload, and in how much detail.

use results::{Metric, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};

/// How much of each cell is shown. A narrow terminal has less of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// Ratios alone, without their intervals.
    RatiosOnly,
    /// Ratios with intervals, and times without.
    RatioIntervals,
    /// Ratios and times with intervals.
    Times,
    /// Ratios and times with intervals, and also what has no verdict: latencies and memory.
    Everything,
}

/// What a table shows of a workload, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) reference: &'a str,
    /// The lanes that were wanted of every variant.
    pub(crate) lanes: u64,
    /// The most tasks that any variant ran.
    pub(crate) tasks: u64,
    /// All variants of the table.
    pub(crate) variants: &'a [VariantSummary],
    /// Whether times count. Where they do not, answers are all there is to show.
    pub(crate) measures: bool,
    /// The primary metrics of the workload.
    pub(crate) metrics: &'static [Metric],
    /// Whether a service sends pulses, and so sets the time.
    pub(crate) is_paced: bool,
    pub(crate) detail: Detail,
    /// Whether the columns are shown that few readers need.
    pub(crate) verbose: bool,
}

impl<'a> View<'a> {
    /// The view of a workload, with every detail.
    pub(crate) fn new(
        run: &'a RunFile,
        record: &WorkloadRecord,
        summary: &'a WorkloadSummary,
        verbose: bool,
    ) -> View<'a> {
        View {
            reference: &run.options.reference,
            lanes: record.lanes,
            tasks: most_tasks(summary),
            variants: &summary.variants,
            measures: run.options.profile.measures(),
            metrics: record.metrics(),
            is_paced: record.workload.is_paced_by_pulses(),
            detail: Detail::Everything,
            verbose,
        }
    }

    /// Whether a variant ran less than was wanted: fewer tasks, or fewer of them at once.
    pub(crate) fn is_exception(&self, variant: &VariantSummary) -> bool {
        let has_less = variant.in_flight != self.lanes || variant.tasks < self.tasks;
        variant.time_ns.is_some() && variant.failed.is_none() && has_less
    }
}

/// The most tasks that any variant ran.
pub(crate) fn most_tasks(summary: &WorkloadSummary) -> u64 {
    let tasks = summary.variants.iter().map(|variant| variant.tasks);
    tasks.max().unwrap_or(0)
}
