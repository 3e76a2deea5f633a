//! What a sweep over a parameter came to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use catalog::Param;

/// One key over its values, all else equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepSummary {
    /// The workload without parameters.
    pub workload: String,
    pub key: String,
    /// What another key was while this one was swept.
    pub fixed: Vec<Param>,
    /// In ascending order.
    pub levels: Vec<SweepLevel>,
    /// Levels at which the control moved: nobody is ahead there.
    pub noisy: Vec<String>,
    /// Every variant against the reference, and against the best of all where the two cross.
    pub pairs: Vec<Pair>,
    /// Where the choice hardly matters.
    pub indifference: Option<Indifference>,
    /// The Universal Scalability Law, with enough levels of concurrency.
    pub scaling: Vec<Scaling>,
    /// Bytes a waiting unit, where tasks wait.
    pub memory: Vec<Memory>,
    /// Curves that have figures and could not be fitted.
    #[serde(default)]
    pub unfitted: Vec<Unfitted>,
}

/// One value of the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepLevel {
    /// The name of its workload.
    pub row: String,
    /// As typed.
    pub value: String,
    /// In the key's unit: counts, bytes or nanoseconds.
    pub number: f64,
}

/// X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1)) of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scaling {
    pub variant: String,
    /// σ, and its 95 % interval.
    pub contention: f64,
    pub contention_interval: (f64, f64),
    /// κ, and its 95 % interval.
    pub coherency: f64,
    pub coherency_interval: (f64, f64),
    /// Beyond it more concurrency gives less, where the curve turns at all.
    pub peak: Option<f64>,
}

/// What one more waiting unit takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Memory {
    pub variant: String,
    pub bytes_a_unit: f64,
    /// 95 %.
    pub interval: (f64, f64),
    /// Runs that it was computed from.
    pub runs: usize,
}

/// A curve that could not be fitted, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unfitted {
    /// `scalability` or `memory`.
    pub curve: String,
    pub variant: String,
    pub why: String,
}

/// Two variants over all levels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    pub variant: String,
    pub against: String,
    /// Values at which the variant is surely ahead, and those at which the other is.
    pub ahead: Vec<String>,
    pub behind: Vec<String>,
    /// Those that were compared without anybody being surely ahead.
    #[serde(default)]
    pub undecided: Vec<String>,
    /// How many levels were compared.
    pub levels: usize,
    /// Where no level can be decided, the blocks that it would take.
    pub blocks_needed: Option<u32>,
    pub crossovers: Vec<Crossing>,
    /// Why nothing can be said of it.
    #[serde(default)]
    pub untold: Option<String>,
}

/// One change of the lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Crossing {
    /// In the key's unit.
    pub at: f64,
    /// 95 %.
    pub interval: (f64, f64),
    /// The values nearest to it at which one of the two is surely ahead.
    pub between: (String, String),
    pub ahead_below: String,
    pub ahead_above: String,
}

/// Levels at one end of the range at which all variants are within so much of the reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Indifference {
    pub from: String,
    pub to: String,
    /// Whether it reaches the upper end of the range.
    pub upper_end: bool,
    /// Whether it is the whole range.
    pub everywhere: bool,
    /// The largest bound of any 90 % interval there.
    pub within: f64,
    pub variants: Vec<String>,
}
