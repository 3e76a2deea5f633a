//! Variants that stopped before the others of their workload.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a variant runs no more while others go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// Its interval is as narrow as was asked for.
    Precise,
    /// It is an order of magnitude behind the reference: its whole interval is above 10.
    Behind,
}

/// When a variant stopped, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// The rounds that counted when it stopped.
    pub rounds: u64,
    /// Why.
    pub reason: StopReason,
}
