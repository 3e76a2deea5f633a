//! The summary of a sweep over a parameter.

use catalog::Param;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The summary of one key over its values, while everything else stays the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepSummary {
    /// The workload without parameters.
    pub workload: String,
    /// The key that is swept.
    pub key: String,
    /// The values of the other keys while this one was swept.
    pub fixed: Vec<Param>,
    /// The values of the key, ascending.
    pub levels: Vec<SweepLevel>,
    /// Levels at which the control differs from 1, so that no variant is called ahead.
    pub noisy: Vec<String>,
    /// Every variant against the reference, and against the best of all where the two cross.
    pub pairs: Vec<Pair>,
    /// The levels at which the choice hardly matters.
    pub indifference: Option<Indifference>,
    /// Fits of the Universal Scalability Law, where there are enough levels of concurrency.
    pub scaling: Vec<Scaling>,
    /// The memory that one more waiting unit takes, where tasks wait.
    pub memory: Vec<Memory>,
    /// What a task costs at each level, where tasks only wait and their number is swept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<TaskCosts>,
    /// Curves that have figures and could not be fitted.
    #[serde(default)]
    pub unfitted: Vec<Unfitted>,
}

/// One value of the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepLevel {
    /// The name of its workload.
    pub row: String,
    /// The value as it was typed.
    pub value: String,
    /// The value as a number in the key's unit: counts, bytes or nanoseconds.
    pub number: f64,
}

/// The fit of one variant to the Universal Scalability Law: at a concurrency of N the throughput is
/// X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1)).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scaling {
    /// `model/variant`.
    pub variant: String,
    /// σ: the part of the work that is serial.
    pub contention: f64,
    /// The 95 % interval of σ.
    pub contention_interval: (f64, f64),
    /// κ: the cost of keeping each pair of units coherent.
    pub coherency: f64,
    /// The 95 % interval of κ.
    pub coherency_interval: (f64, f64),
    /// The concurrency beyond which throughput falls; `None` where the curve does not turn.
    pub peak: Option<f64>,
}

/// The memory that one more waiting unit of a variant takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Memory {
    /// `model/variant`.
    pub variant: String,
    /// Bytes per unit.
    pub bytes_a_unit: f64,
    /// The 95 % interval.
    pub interval: (f64, f64),
    /// Runs that it was computed from, of which each level has its median.
    pub runs: usize,
}

/// What a task of one variant costs at each level, and whether that grows with the number of tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskCosts {
    /// `model/variant`.
    pub variant: String,
    /// The levels at which it was measured, ascending.
    pub levels: Vec<CostAtLevel>,
    /// The growth of CPU a task from the lowest of them to the highest; `None` where it has one level.
    pub cpu: Option<Growth>,
    /// The growth of memory a task; `None` where its memory was read at fewer than three levels.
    pub memory: Option<Growth>,
}

/// What a task costs at one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostAtLevel {
    /// The level as it was typed.
    pub value: String,
    /// Elapsed time of a run divided by its tasks.
    pub time_ns: Option<f64>,
    /// Processor time divided by tasks.
    pub cpu_ns: Option<f64>,
    /// Memory divided by the tasks at once, without what the program takes at rest.
    pub memory_bytes: Option<f64>,
}

/// How a cost a task changes from one level to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Growth {
    /// The lower level.
    pub from: String,
    /// The higher level.
    pub to: String,
    /// The cost at the higher level divided by that at the lower one.
    pub ratio: f64,
    /// The 95 % interval, of at least 6 rounds.
    pub interval: Option<(f64, f64)>,
    /// The ratio up to which the cost counts as the same at both.
    pub most: f64,
    /// Whether the ratio is within that: the whole interval, or the ratio where there is none. `None` where the
    /// interval has the bound within it.
    pub is_within: Option<bool>,
}

/// A curve that has figures and could not be fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unfitted {
    /// `scalability` or `memory`.
    pub curve: String,
    /// `model/variant`.
    pub variant: String,
    /// The reason.
    pub why: String,
}

/// The comparison of two variants over all levels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// `model/variant`.
    pub variant: String,
    /// The variant that it is compared with.
    pub against: String,
    /// Values at which the variant is surely ahead.
    pub ahead: Vec<String>,
    /// Values at which the other is surely ahead.
    pub behind: Vec<String>,
    /// Values at which the two were compared and neither is surely ahead.
    #[serde(default)]
    pub undecided: Vec<String>,
    /// How many levels were compared.
    pub levels: usize,
    /// About how many blocks would decide a level, where there are too few for any.
    pub blocks_needed: Option<u32>,
    /// The changes of the lead.
    pub crossovers: Vec<Crossing>,
    /// The reason why nothing can be said about this pair.
    #[serde(default)]
    pub untold: Option<String>,
}

/// A value at which the lead changes from one variant to the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Crossing {
    /// The estimate, in the key's unit.
    pub at: f64,
    /// The 95 % interval.
    pub interval: (f64, f64),
    /// The values nearest to it at which one of the two is surely ahead.
    pub between: (String, String),
    /// The variant that is ahead at smaller values.
    pub ahead_below: String,
    /// The variant that is ahead at larger values.
    pub ahead_above: String,
}

/// The levels at one end of the range at which all variants are nearly as fast as the reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Indifference {
    /// The first of the values.
    pub from: String,
    /// The last of the values.
    pub to: String,
    /// Whether it is the upper end of the range.
    pub upper_end: bool,
    /// Whether it is the whole range.
    pub everywhere: bool,
    /// The largest relative difference that any 90 % interval at these levels allows.
    pub within: f64,
    /// The variants that were compared at all of them.
    pub variants: Vec<String>,
}
