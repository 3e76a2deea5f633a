//! The part of a workload that a variant runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The part of one workload that one variant runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// How many of the workload's tasks: the first ones, or all.
    pub tasks: u64,
    /// How many lanes it opens.
    pub in_flight: u64,
}
