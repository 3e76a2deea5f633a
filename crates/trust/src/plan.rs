//! The plan of a simulated report: how much is compared, which variants truly differ, and when
//! measuring stops.

use schedule::{Rules, fewest_blocks};
use verdict::stopping::Precision;

/// A report: at every workload a reference, variants, and the reference once more as the control.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) workloads: usize,
    /// The number of variants at each workload, without the reference.
    pub(crate) variants: usize,
    /// The largest number of blocks.
    pub(crate) blocks: u64,
    /// Whether a workload stops early once its intervals are narrow enough.
    pub(crate) stops: bool,
    /// From how many rounds on single variants stop while others go on, where the workload stops at a precision.
    pub(crate) early_after: Option<u64>,
    /// The number of variants, the first of each workload, whose time truly differs from the
    /// reference's.
    pub(crate) different: usize,
    /// The true ratio of their times to the reference's.
    pub(crate) truth: f64,
}

/// A report of 60 comparisons in which nothing differs.
pub(crate) const REPORT: Plan = Plan {
    workloads: 5,
    variants: 12,
    blocks: 30,
    stops: false,
    early_after: None,
    different: 0,
    truth: 1.0,
};

/// The same, with one variant of each workload that takes a twentieth longer.
pub(crate) const REPORT_WITH_FIVE: Plan = Plan {
    different: 1,
    truth: 1.05,
    ..REPORT
};

/// Three arms: the reference, a variant, the reference once more.
pub(crate) fn three_arms(blocks: u64, truth: f64) -> Plan {
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
    /// The same, stopping at the precision that is `compare`'s default, variants one by one as `compare` does.
    pub(crate) fn that_stops(self) -> Plan {
        Plan {
            stops: true,
            early_after: Some(self.fewest()),
            ..self
        }
    }

    /// The number of comparisons of the whole report.
    pub(crate) fn comparisons(&self) -> usize {
        self.workloads * self.variants
    }

    /// The number of arms at each workload, with the reference and its control.
    pub(crate) fn arms(&self) -> usize {
        self.variants + 2
    }

    /// The true ratio of a comparison, counted from 0 through all workloads.
    pub(crate) fn truth_of(&self, comparison: usize) -> f64 {
        let is_different = comparison % self.variants < self.different;
        if is_different { self.truth } else { 1.0 }
    }

    /// The true ratio of an arm: the reference is the first, its control the last.
    pub(crate) fn truth_of_arm(&self, arm: usize) -> f64 {
        match arm.checked_sub(1) {
            Some(variant) if variant < self.variants => self.truth_of(variant),
            _ => 1.0,
        }
    }

    /// The number of blocks that are measured however narrow the intervals are.
    pub(crate) fn fewest(&self) -> u64 {
        fewest_blocks(self.comparisons()).min(self.blocks)
    }

    /// The rules by which `schedule` decides on the next block.
    pub(crate) fn rules(&self) -> Rules {
        Rules {
            fewest: self.fewest(),
            together: self.fewest(),
            most: self.blocks,
            precision: self.stops.then(Precision::default),
            // Simulated runs take no time, so a budget of time would never be spent.
            budget: None,
        }
    }
}
