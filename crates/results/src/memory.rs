//! The memory of a process tree, where the system tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The memory of a process tree, or the reason why it is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Memory {
    /// The sum over all processes of the tree.
    Bytes(u64),
    /// The reason why it is not known.
    Unavailable(String),
}

impl Memory {
    /// The larger of two figures. A figure is preferred to a reason.
    pub fn max(self, other: &Memory) -> Memory {
        // One process that could not be read in time must not hide the peak that was seen before.
        match (&self, other) {
            (Self::Bytes(before), Self::Bytes(now)) => Self::Bytes(*before.max(now)),
            (Self::Unavailable(_), Self::Bytes(_)) => other.clone(),
            _ => self,
        }
    }
}
