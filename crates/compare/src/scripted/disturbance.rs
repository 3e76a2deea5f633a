//! Disturbances of a script, block by block: tests say exactly which run meets what.

use serde::Deserialize;

/// What other processes do during runs, and how slow the processor is. Where a script has any disturbance, it
/// is known of every run how much others had.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Disturbance {
    /// The blocks; all of them where none is named.
    #[serde(default)]
    pub(super) blocks: Vec<u64>,
    /// The workload; all of them without it.
    pub(super) workload: Option<String>,
    /// The variant whose runs it meets; those of all without it.
    pub(super) variant: Option<String>,
    /// The part of all processors that others have.
    #[serde(default)]
    pub(super) others: f64,
    /// How many times as long runs take.
    #[serde(default = "one")]
    pub(super) factor: f64,
    /// How many times as long the control computation of the block takes.
    #[serde(default = "one")]
    pub(super) control: f64,
}

impl Disturbance {
    /// Whether it is in this block.
    pub(super) fn is_in(&self, block: u64) -> bool {
        self.blocks.is_empty() || self.blocks.contains(&block)
    }

    /// Whether it meets the run of a variant at a workload, which may go by either of two names.
    pub(super) fn meets(&self, block: u64, workloads: [&String; 2], variant: &str) -> bool {
        let mut named = self.workload.iter();
        self.is_in(block)
            && named.all(|name| workloads.contains(&name))
            && self.variant.iter().all(|name| name == variant)
    }
}

fn one() -> f64 {
    1.0
}
