//! The processor time that other processes had during a run.

use serde::{Deserialize, Serialize};

/// The processor time that neither the model nor its services had, from `go` to `done`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// The time is known.
    Had {
        /// Nanoseconds that others computed, over all processors.
        busy_ns: u64,
        /// Nanoseconds that there were, over all processors.
        of_ns: u64,
    },
    /// The reason why the time is not known.
    Unavailable(String),
}
