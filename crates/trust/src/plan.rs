//! What is compared in a simulated report, and how often: sizes, the truth, the rules by which it
//! stops. Simulating it is left to `simulate`.

use verdict::stopping::Precision;

use schedule::{Rules, fewest_blocks};

/// At every workload a reference, variants, and the reference once more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) workloads: usize,
    /// Without the reference.
    pub(super) variants: usize,
    /// The most blocks.
    pub(super) blocks: u64,
    /// Whether a workload whose intervals are narrow enough stops before.
    pub(super) stops: bool,
    /// The first so many variants of each workload truly take longer than the reference, or
    /// shorter.
    pub(super) different: usize,
    /// How many times as long those take.
    pub(super) truth: f64,
}

/// A report of 60 comparisons in which nothing differs.
pub(super) const REPORT: Plan = Plan {
    workloads: 5,
    variants: 12,
    blocks: 30,
    stops: false,
    different: 0,
    truth: 1.0,
};

/// The same, with one variant of each workload that takes a twentieth longer.
pub(super) const REPORT_WITH_FIVE: Plan = Plan {
    different: 1,
    truth: 1.05,
    ..REPORT
};

/// Three arms: the reference, a variant, the reference once more.
pub(super) fn three_arms(blocks: u64, truth: f64) -> Plan {
    Plan {
        workloads: 1,
        variants: 1,
        different: 1,
        blocks,
        truth,
        ..REPORT
    }
}

impl Plan {
    /// The same, stopping at the precision that is `compare`'s default.
    pub(super) fn that_stops(self) -> Plan {
        Plan {
            stops: true,
            ..self
        }
    }

    pub(super) fn comparisons(&self) -> usize {
        self.workloads * self.variants
    }

    /// The reference and its control included.
    pub(super) fn arms(&self) -> usize {
        self.variants + 2
    }

    /// The true ratio of a comparison, counted from 0 through all workloads.
    pub(super) fn truth_of(&self, comparison: usize) -> f64 {
        let is_different = comparison % self.variants < self.different;
        if is_different { self.truth } else { 1.0 }
    }

    /// The true ratio of an arm: the reference is the first, its control the last.
    pub(super) fn truth_of_arm(&self, arm: usize) -> f64 {
        let variant = arm.checked_sub(1).filter(|at| *at < self.variants);
        variant.map_or(1.0, |at| self.truth_of(at))
    }

    /// The blocks that are measured whatever their intervals are.
    pub(super) fn fewest(&self) -> u64 {
        fewest_blocks(self.comparisons()).min(self.blocks)
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            fewest: self.fewest(),
            together: self.fewest(),
            most: self.blocks,
            precision: self.stops.then(Precision::default),
            budget: None,
        }
    }
}
