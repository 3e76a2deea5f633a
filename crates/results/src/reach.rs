//! The precision that a workload reached, beside the one that was asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The precision that a workload reached, and what the one that was asked for would take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// The relative half-width that was asked for.
    pub wanted: f64,
    /// The widest relative half-width of its pairs, the control's included; `None` under 6 blocks.
    pub widest: Option<f64>,
    /// About how many blocks more would reach it: 0 where it is reached, `None` where that cannot
    /// be foretold.
    pub more_blocks: Option<u32>,
    /// About how many milliseconds those blocks would take with all workloads of the comparison in
    /// them, as a repetition with more blocks has.
    pub more_ms: Option<u64>,
}
