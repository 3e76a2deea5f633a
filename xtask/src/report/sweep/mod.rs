//! What a sweep comes to: for each workload and swept key who is ahead where, what more concurrency
//! gives, and what memory a waiting unit takes. Formulas are left to `verdict`, words to `text`.

mod axis;
mod fits;
mod pairs;
mod text;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::summary::WorkloadSummary;
use crate::params::Param;
use crate::store::{Row, RunFile};
use axis::Axis;
pub(crate) use fits::{Memory, Scaling, Unfitted};
pub(crate) use pairs::{Indifference, Pair};
pub(crate) use text::{grid, lines, render_sweeps, title};

/// One key over its values, all else equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SweepSummary {
    /// The workload without parameters.
    pub(crate) workload: String,
    pub(crate) key: String,
    /// What another key was while this one was swept.
    pub(crate) fixed: Vec<Param>,
    /// In ascending order.
    pub(crate) levels: Vec<SweepLevel>,
    /// Levels at which the control moved: nobody is ahead there.
    pub(crate) noisy: Vec<String>,
    /// Every variant against the reference, and against the best of all where the two cross.
    pub(crate) pairs: Vec<Pair>,
    /// Where the choice hardly matters.
    pub(crate) indifference: Option<Indifference>,
    /// The Universal Scalability Law, with enough levels of concurrency.
    pub(crate) scaling: Vec<Scaling>,
    /// Bytes a waiting unit, where tasks wait.
    pub(crate) memory: Vec<Memory>,
    /// Curves that have figures and could not be fitted.
    #[serde(default)]
    pub(crate) unfitted: Vec<Unfitted>,
}

/// One value of the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SweepLevel {
    /// The name of its workload.
    pub(crate) row: String,
    /// As typed.
    pub(crate) value: String,
    /// In the key's unit: counts, bytes or nanoseconds.
    pub(crate) number: f64,
}

/// Every sweep of a comparison; none where nothing was swept.
pub(crate) fn sweeps(
    run: &RunFile,
    rows: &[Row],
    summaries: &[WorkloadSummary],
) -> Vec<SweepSummary> {
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
