//! The rule of the gate by instructions: how many more are a regression, and which variants repeat well
//! enough to be judged at all.

use catalog::{Capacity, Selected};

/// The relative increase beyond which a single-threaded variant is a regression: its counts repeat to
/// within 0.02 %.
const SINGLE: f64 = 0.01;
/// The same for a multi-threaded variant, whose scheduler decides differently in each run.
const MULTI: f64 = 0.02;
/// The part of its limit by which the counts of one revision may differ, or the variant is not judged.
const STEADY: f64 = 0.5;

/// The instruction counts of the base's runs and of the head's, as many of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) base: Vec<u64>,
    pub(super) head: Vec<u64>,
}

/// What the counts of a variant come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Finding {
    /// The head has more instructions than its limit allows.
    Regression,
    /// The head is within its limit.
    Within,
    /// The counts of one revision differ by too much to be judged.
    Unsteady,
}

/// The relative increase that a variant is allowed.
pub(super) fn limit(selected: &Selected) -> f64 {
    let variant = &selected.variant;
    // One task at a time leaves a scheduler nothing to decide, whatever the number of threads.
    if variant.is_single_threaded() || variant.capacity == Capacity::Lanes(1) {
        SINGLE
    } else {
        MULTI
    }
}

impl Counts {
    /// The median count of the head, divided by that of the base.
    pub(super) fn ratio(&self) -> f64 {
        middle(&self.head) / middle(&self.base)
    }

    /// The relative difference of the most and the fewest instructions of one revision, the larger of both.
    pub(super) fn spread(&self) -> f64 {
        spread(&self.base).max(spread(&self.head))
    }

    /// The finding for a variant with this limit.
    pub(super) fn finding(&self, limit: f64) -> Finding {
        let largest_spread = limit * STEADY;
        let least_ratio = fewest(&self.head) / most(&self.base);
        if spread(&self.base) > largest_spread {
            Finding::Unsteady
        } else if least_ratio > 1.0 + limit {
            // This comes before the head's spread: a head that became unsteady is a regression all the
            // same where even its fewest instructions are too many.
            Finding::Regression
        } else if spread(&self.head) > largest_spread {
            Finding::Unsteady
        } else if self.ratio() > 1.0 + limit {
            Finding::Regression
        } else {
            Finding::Within
        }
    }
}

fn spread(counts: &[u64]) -> f64 {
    most(counts) / fewest(counts) - 1.0
}

fn most(counts: &[u64]) -> f64 {
    counts.iter().max().map_or(1.0, |n| (*n).max(1) as f64)
}

fn fewest(counts: &[u64]) -> f64 {
    counts.iter().min().map_or(1.0, |n| (*n).max(1) as f64)
}

fn middle(counts: &[u64]) -> f64 {
    let mut ordered = counts.to_vec();
    ordered.sort_unstable();
    ordered
        .get(ordered.len() / 2)
        .map_or(1.0, |n| (*n).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(base: [u64; 3], head: [u64; 3]) -> Counts {
        Counts {
            base: base.to_vec(),
            head: head.to_vec(),
        }
    }

    #[test]
    fn more_than_the_limit_is_a_regression() {
        let same = [1_000_000, 1_000_001, 1_000_000];
        let more = |n| counts(same, [n, n, n]);
        assert_eq!(more(1_009_000).finding(SINGLE), Finding::Within);
        assert_eq!(more(1_011_000).finding(SINGLE), Finding::Regression);
        assert_eq!(more(1_011_000).finding(MULTI), Finding::Within);
        assert_eq!(more(500_000).finding(SINGLE), Finding::Within);
    }

    #[test]
    fn a_variant_that_differs_from_itself_is_not_gated() {
        let base = [1_000_000, 1_008_000, 1_004_000];
        let slow = counts(base, [1_100_000; 3]);
        assert_eq!(slow.finding(SINGLE), Finding::Unsteady);
        assert_eq!(slow.finding(MULTI), Finding::Regression);
    }

    #[test]
    fn becoming_unsteady_hides_no_regression() {
        let of_head = |head| counts([1_000_000; 3], head).finding(SINGLE);
        let far = [1_300_000, 1_310_000, 1_330_000];
        assert_eq!(of_head(far), Finding::Regression);
        let near = [1_000_000, 1_020_000, 1_030_000];
        assert_eq!(of_head(near), Finding::Unsteady);
    }
}
