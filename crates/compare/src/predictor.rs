//! What may be known of runs before they are made. This crate does not know how: its caller brings a predictor.

use catalog::Calibration;
use protocol::{InFlight, Workload};
use results::{Options, Placement, Predicted, WorkloadRecord};

/// Says what runs would come to, without making them.
pub trait Predictor {
    /// What a run would come to.
    ///
    /// # Errors
    /// Why that is not predicted, in words.
    fn predict(&self, asked: &AskedRun<'_>) -> Result<Predicted, String>;

    /// What CPU times come to, without running anything.
    fn sizes(&self) -> &dyn Calibration;
}

/// A run that is asked for.
#[derive(Clone, Debug)]
pub struct AskedRun<'a> {
    /// The work, with as many tasks and lanes as the run has.
    pub workload: Workload,
    /// `model/variant`.
    pub variant: &'a str,
    /// Threads or processes that compute.
    pub workers: u64,
    /// The processors that it may run on.
    pub placement: Placement,
}

/// What is predicted of a variant at a workload of a comparison, at the length that its runs have. One that is left out
/// has the length of the longest.
pub(crate) fn predicted(
    predictor: &dyn Predictor,
    options: &Options,
    record: &WorkloadRecord,
    variant: &str,
) -> Result<Predicted, String> {
    let share = record.shares.get(variant);
    let longest = record.shares.values().map(|share| share.tasks).max();
    let tasks = share.map(|share| share.tasks).or(longest);
    let workload = Workload {
        tasks: tasks.unwrap_or(record.workload.tasks),
        in_flight: InFlight::Lanes(record.lanes),
        ..record.workload.clone()
    };
    predictor.predict(&AskedRun {
        workload,
        variant,
        workers: record.workers(options),
        placement: options.placement,
    })
}
