//! Signs that the machine was unfit to measure on: drift over the blocks, and runs that other
//! processes disturbed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A series that went up or down with the order of its blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drifting {
    /// The name of the series.
    pub what: String,
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
}
