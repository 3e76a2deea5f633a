//! The lines of `samples.jsonl`: figures of single runs, as they were measured.

use protocol::{Done, Ready};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::memory::Memory;
use crate::others::Others;

/// One line of `samples.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Row {
    /// A block begins.
    Block(Block),
    /// A run has ended.
    Run(Box<Run>),
}

/// The start of a block, with the state of the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The number of the block, from 1. Block 1 checks answers; the times of its runs do not count.
    pub number: u64,
    /// Nanoseconds that a fixed computation took: a measure of how fast the processor is just now.
    pub control_ns: u64,
}

/// One run of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The number of the run, from 0, in the order in which runs ended.
    pub seq: u64,
    /// The number of its block.
    pub block: u64,
    /// Place within the block, from 0.
    pub slot: u64,
    /// The purpose of the run.
    pub pass: Pass,
    /// The name of the workload.
    pub workload: String,
    /// `model/variant`, or the model alone where it has no variants because it is broken.
    pub variant: String,
    /// Which arm of its variant it is.
    pub arm: Arm,
    /// Tasks asked for.
    pub tasks: u64,
    /// Lanes expected.
    pub in_flight: u64,
    /// Bytes of padding in the environment, drawn anew for each run.
    pub padding: u64,
    /// Milliseconds from the row before to this one: the whole cost of the run, start and end included.
    pub took_ms: u64,
    /// When it ended, in milliseconds since 1970.
    pub ended_ms: u64,
    /// The load average over one minute at its end; `None` where the system does not tell it.
    pub load: Option<f64>,
    /// Clock ticks that a hypervisor took from this machine during the run; `None` where it is not told.
    pub steal_ticks: Option<u64>,
    /// Processor time of the HTTP origin during the run; it is not part of the model's.
    pub origin_cpu_ns: Option<u64>,
    /// Processor time of unrelated processes between `go` and `done`.
    pub others: Others,
    /// How it ended.
    pub outcome: Outcome,
}

/// The purpose of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pass {
    /// Building and starting a model, before any block.
    Preparation,
    /// A run of the first block: its answer counts, its times do not.
    Correctness,
    /// A run that only helps to choose how long runs are: its answer counts, its times do not.
    Pilot,
    /// A run whose times count.
    Measured,
    /// A run that is held at barriers while its memory is read.
    Memory,
}

/// The arm of a run. Only the reference has two; all other variants run as `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arm {
    /// The arm that is compared.
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
    /// It ended well, with a right answer.
    Measured(Measured),
    /// It has no result.
    Failed(Failed),
}

/// The figures of a run that ended well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The message before the tasks.
    pub ready: Ready,
    /// The message after the tasks, with the figures.
    pub done: Done,
    /// Nanoseconds from the start of the process to `ready`, without connecting and warm-up.
    pub start_up_ns: u64,
    /// Nanoseconds from the start of the process to its end.
    pub wall_ns: u64,
    /// The memory of the process tree; `None` unless the run was made to read it.
    pub memory: Option<Memory>,
}

/// A run without a result, and how to repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// The reason.
    pub failure: Failure,
    /// A shell command that does the same run by hand.
    pub replay: String,
}
