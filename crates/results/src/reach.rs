//! How the widest interval of a workload stands to the precision that was asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a workload's widest interval stands to the precision that was wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// The half-width wanted.
    pub wanted: f64,
    /// The widest half-width of its pairs, the control's included; `None` under 6 blocks.
    pub widest: Option<f64>,
    /// About how many blocks more would reach it: 0 where it is reached, `None` where that cannot
    /// be foretold.
    pub more_blocks: Option<u32>,
    /// What those would take.
    pub more_ms: Option<u64>,
}
