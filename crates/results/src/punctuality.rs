//! Punctuality in an open loop: whether tasks start and end when their arrivals allow it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How punctual a variant was, over all its runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Punctuality {
    /// The fraction of the tasks that started more than 1 ms after their intended start.
    pub late_starts: f64,
    /// The fraction of the tasks that ended by the time at which the last task, had it met no queue,
    /// would have ended. It is low where a model cannot keep up with the arrivals.
    pub completed_in_time: f64,
    /// The fraction of the tasks that the pacing thread handed over late. Where it is high, the machine
    /// was too busy for the rate.
    pub generator_late: f64,
}
