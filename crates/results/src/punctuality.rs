//! How punctual a variant was in an open loop.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How punctual a variant was, over all its runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Punctuality {
    /// Part of the tasks that started more than 1 ms after their intended start.
    pub late_starts: f64,
    /// Part of the tasks that ended by the time the last, had it met nobody, would have: low where a
    /// model starves.
    pub completed_in_time: f64,
    /// Part of the tasks that the pacing thread handed over late: then the machine was too busy.
    pub generator_late: f64,
}
