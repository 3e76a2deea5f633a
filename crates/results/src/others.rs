//! Processor time that other processes had during a run.

use serde::{Deserialize, Serialize};

/// Processor time that neither the model nor its services had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    Had {
        busy_ns: u64,
        /// All processor time that there was.
        of_ns: u64,
    },
    Unavailable(String),
}
