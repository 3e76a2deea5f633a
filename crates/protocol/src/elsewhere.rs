//! What a run that spans machines says of those that are not the tool's.

use serde::{Deserialize, Serialize};

/// Machines besides the tool's on which a run has processes. No tool sees what they do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// How many machines.
    pub hosts: u64,
    /// How many processors these processes may use there, over all machines.
    pub processors: u64,
}
