//! Signs that the machine was unfit to measure on: drift over the blocks, and runs that other
//! processes disturbed.

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
    /// Which series it is.
    pub what: DriftingSeries,
    /// Spearman's ρ against the order of the blocks.
    pub correlation: f64,
    /// The p value of the correlation.
    pub p_value: f64,
    /// How many blocks the correlation is over.
    pub blocks: usize,
}

/// How many measured runs were disturbed by other processes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Disturbance {
    /// Measured runs during which other processes had too much processor time.
    pub disturbed: usize,
    /// Measured runs of which the processor time of others is known.
    pub known: usize,
    /// The reason why it is not known of the remaining runs.
    pub unavailable: Option<String>,
    /// The disturbed rounds; `None` where none was, and where they were not to be measured again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<DisturbedRounds>,
}

/// How many rounds of a workload were disturbed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisturbedRounds {
    /// Disturbed rounds.
    pub disturbed: usize,
    /// All whole rounds, the disturbed ones included.
    pub of: usize,
    /// Whether the disturbed ones count all the same, because there were too many of them.
    pub count: bool,
    /// Variants during whose runs other processes are busy time and again.
    pub systematic: Vec<String>,
}
