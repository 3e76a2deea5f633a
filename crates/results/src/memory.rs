//! Memory of a process tree, or the reason why it is not known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of a tree, or why they are not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Memory {
    Bytes(u64),
    Unavailable(String),
}

impl Memory {
    /// The larger one; a reason only where there is no figure.
    pub fn max(self, other: &Memory) -> Memory {
        match (&self, other) {
            (Self::Bytes(before), Self::Bytes(now)) => Self::Bytes(*before.max(now)),
            (Self::Unavailable(_), Self::Bytes(_)) => other.clone(),
            _ => self,
        }
    }
}
