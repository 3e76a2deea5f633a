//! The profiles: how thorough a comparison is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How thorough a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// One block of small runs: correctness only.
    Smoke,
    /// A few workloads and variants, 12 blocks or more: about two minutes.
    Quick,
    /// Everything, 30 blocks or 10 minutes.
    Standard,
    /// Everything, 60 blocks or an hour.
    Rigorous,
}

impl Profile {
    /// Whether times are measured at all.
    pub fn measures(self) -> bool {
        self != Self::Smoke
    }
}
