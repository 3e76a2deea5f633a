//! Whether the machine was fit to measure on: drift over the blocks, and runs that other processes disturbed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A series of a workload that is examined for drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DriftingSeries {
    /// The compared figures of the reference.
    #[serde(rename = "the reference")]
    Reference,
    /// The times of the control computation at the start of each block.
    #[serde(rename = "the processor control")]
    ProcessorControl,
}

/// A series that went up or down with the order of its blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drifting {
    pub what: DriftingSeries,
    /// Spearman's ρ against the order of the blocks.
    pub correlation: f64,
    pub p_value: f64,
    pub blocks: usize,
}

/// How many measured runs others disturbed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Disturbance {
    pub disturbed: usize,
    /// Runs of which it is known.
    pub known: usize,
    /// Why it is not known of some or all others.
    pub unavailable: Option<String>,
}
