//! The lines of `samples.jsonl`: raw integers, as they were measured.

use protocol::{Done, Ready};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::launch::{Failure, Memory, Others};

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Row {
    /// A block begins.
    Block(Block),
    /// A run has ended.
    Run(Box<Run>),
}

/// The state of the machine at the start of a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block {
    /// From 1; block 1 is that of correctness.
    pub(crate) number: u64,
    /// How long the processor control took.
    pub(crate) control_ns: u64,
}

/// One run of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// From 0, in the order in which runs ended.
    pub(crate) seq: u64,
    pub(crate) block: u64,
    /// Place within the block, from 0.
    pub(crate) slot: u64,
    pub(crate) pass: Pass,
    pub(crate) workload: String,
    /// `model/variant`, or the model alone where it has no variants because it is broken.
    pub(crate) variant: String,
    pub(crate) arm: Arm,
    /// Tasks asked for.
    pub(crate) tasks: u64,
    /// Lanes expected.
    pub(crate) in_flight: u64,
    /// Bytes of padding in the environment.
    pub(crate) padding: u64,
    /// Milliseconds since the row before it: what it took of the time, start and end included.
    pub(crate) took_ms: u64,
    /// Milliseconds since 1970 at its end.
    pub(crate) ended_ms: u64,
    pub(crate) load: Option<f64>,
    /// Ticks stolen during the run.
    pub(crate) steal_ticks: Option<u64>,
    /// Processor time of the origin during the run, apart from the model's.
    pub(crate) origin_cpu_ns: Option<u64>,
    /// What others had of the processors between `go` and `done`.
    pub(crate) others: Others,
    pub(crate) outcome: Outcome,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Pass {
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
pub(crate) enum Arm {
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
pub(crate) enum Outcome {
    Measured(Measured),
    Failed(Failed),
}

/// What a good run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measured {
    pub(crate) ready: Ready,
    pub(crate) done: Done,
    /// From the start of the process to `ready`, less connecting and warm-up.
    pub(crate) start_up_ns: u64,
    /// From the start of the process to its end.
    pub(crate) wall_ns: u64,
    /// Memory of the process tree, in a run for memory.
    pub(crate) memory: Option<Memory>,
}

/// Why there is no result, and how to see it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failed {
    pub(crate) failure: Failure,
    /// The command that does the same run by hand.
    pub(crate) replay: String,
}
