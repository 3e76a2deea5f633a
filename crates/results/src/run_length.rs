//! How long a run of a workload is, where that was chosen before the first measured block.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The tasks of a run that were chosen for all variants of a workload, and what was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunLength {
    /// The first tasks that a variant with lanes enough runs.
    pub tasks: u64,
    /// The two lengths that were tried, the longer one first.
    pub tried: Vec<TriedLength>,
}

/// What runs of one length came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriedLength {
    /// Tasks of a run.
    pub tasks: u64,
    /// The standard deviation of the logarithm of the headline figure from run to run, without what all
    /// runs of a round have in common and without what tells variants apart.
    pub spread: f64,
    /// Milliseconds that the tried runs of a round took, start and end included.
    pub round_ms: u64,
    /// Milliseconds until ratios are as precise as was asked for, if rounds had these runs alone.
    pub wanted_ms: u64,
}
