//! The lines of `samples.jsonl`: raw integers, as they were measured.

use protocol::{Done, Ready};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::memory::Memory;
use crate::others::Others;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Row {
    /// A block begins.
    Block(Block),
    /// A run has ended.
    Run(Box<Run>),
}

/// The state of the machine at the start of a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// From 1; block 1 is that of correctness.
    pub number: u64,
    /// How long the processor control took.
    pub control_ns: u64,
}

/// One run of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// From 0, in the order in which runs ended.
    pub seq: u64,
    pub block: u64,
    /// Place within the block, from 0.
    pub slot: u64,
    pub pass: Pass,
    pub workload: String,
    /// `model/variant`, or the model alone where it has no variants because it is broken.
    pub variant: String,
    pub arm: Arm,
    /// Tasks asked for.
    pub tasks: u64,
    /// Lanes expected.
    pub in_flight: u64,
    /// Bytes of padding in the environment.
    pub padding: u64,
    /// Milliseconds since the row before it: what it took of the time, start and end included.
    pub took_ms: u64,
    /// Milliseconds since 1970 at its end.
    pub ended_ms: u64,
    pub load: Option<f64>,
    /// Ticks stolen during the run.
    pub steal_ticks: Option<u64>,
    /// Processor time of the origin during the run, apart from the model's.
    pub origin_cpu_ns: Option<u64>,
    /// What others had of the processors between `go` and `done`.
    pub others: Others,
    pub outcome: Outcome,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pass {
    /// Building and starting, before any block.
    Preparation,
    /// The first block: its answers count, and not its times.
    Correctness,
    /// Its times count.
    Measured,
    /// Held at barriers while its memory is read.
    Memory,
}

/// Which of the two arms of the reference; all others are `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arm {
    Main,
    /// The reference once more: what differs between it and itself is noise.
    Control,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all runs are measured, and a row is boxed as a whole"
)]
pub enum Outcome {
    Measured(Measured),
    Failed(Failed),
}

/// What a good run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub ready: Ready,
    pub done: Done,
    /// From the start of the process to `ready`, less connecting and warm-up.
    pub start_up_ns: u64,
    /// From the start of the process to its end.
    pub wall_ns: u64,
    /// Memory of the process tree, in a run for memory.
    pub memory: Option<Memory>,
}

/// Why there is no result, and how to see it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    pub failure: Failure,
    /// The command that does the same run by hand.
    pub replay: String,
}
