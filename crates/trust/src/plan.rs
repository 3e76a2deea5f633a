//! The plan of a simulated report: how much is compared, which variants truly differ, and when
//! measuring stops.

use results::Metric;
use schedule::{Rules, fewest_blocks};
use verdict::stopping::Precision;

use crate::metrics::{ByMetric, METRICS};

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
    /// The number of rounds from which on single variants stop while others go on, where the workload stops at a precision.
    pub(crate) early_after: Option<u64>,
    /// The number of variants, the first of each workload, that truly differ from the reference.
    pub(crate) different: usize,
    /// Their true ratio to the reference.
    pub(crate) truth: f64,
    /// Whether they differ by the headline alone, and not by both metrics.
    pub(crate) by_headline_alone: bool,
}

/// A report of 60 comparisons, 30 by time and 30 by CPU, in which nothing differs.
pub(crate) const REPORT: Plan = Plan {
    workloads: 5,
    variants: 6,
    blocks: 30,
    stops: false,
    early_after: None,
    different: 0,
    truth: 1.0,
    by_headline_alone: false,
};

/// The same, with one variant of each workload that takes a twentieth longer and costs a twentieth more.
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

    /// The number of comparisons of the whole report: one by each metric for every variant.
    pub(crate) fn comparisons(&self) -> usize {
        self.workloads * self.variants * METRICS.len()
    }

    /// The number of arms at each workload, with the reference and its control.
    pub(crate) fn arms(&self) -> usize {
        self.variants + 2
    }

    /// Whether a variant, counted from 0 through all workloads, truly differs from the reference.
    pub(crate) fn is_different(&self, variant: usize) -> bool {
        variant % self.variants < self.different
    }

    /// The true ratios of a variant, counted from 0 through all workloads.
    pub(crate) fn truth_of(&self, variant: usize, headline: Metric) -> ByMetric<f64> {
        let is_different = self.is_different(variant);
        let [time, cpu] = METRICS.map(|metric| {
            let differs = is_different && (metric == headline || !self.by_headline_alone);
            if differs { self.truth } else { 1.0 }
        });
        ByMetric { time, cpu }
    }

    /// The true ratios of an arm: the reference is the first, its control the last.
    pub(crate) fn truth_of_arm(&self, arm: usize, headline: Metric) -> ByMetric<f64> {
        match arm.checked_sub(1) {
            Some(variant) if variant < self.variants => self.truth_of(variant, headline),
            _ => ByMetric {
                time: 1.0,
                cpu: 1.0,
            },
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
