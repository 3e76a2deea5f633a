//! Which part of a workload a variant runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one variant runs of one workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// A prefix of the workload's tasks, or all.
    pub tasks: u64,
    /// The lanes that it opens.
    pub in_flight: u64,
}
