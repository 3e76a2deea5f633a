//! The rule for instruction counts: how much more is too much, and of which variants that can be said
//! at all. Pure.

use catalog::{Capacity, Selected};

/// More than this is a regression of a single-threaded variant: it repeats to within 0.02 %.
const SINGLE: f64 = 0.01;
/// And of a multi-threaded one, whose scheduler decides differently each time.
const MULTI: f64 = 0.02;
/// A variant that differs from itself by more than this part of its limit is not gated.
const STEADY: f64 = 0.5;

/// Counts of the two sides, from as many runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) base: Vec<u64>,
    pub(super) head: Vec<u64>,
}

/// What counts come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Finding {
    Regression,
    Within,
    /// A side differs from itself by too much.
    Unsteady,
}

/// How much more is allowed.
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
    /// Head to base, of medians.
    pub(super) fn ratio(&self) -> f64 {
        middle(&self.head) / middle(&self.base)
    }

    /// By how much the most and the fewest of one side differ.
    pub(super) fn spread(&self) -> f64 {
        spread(&self.base).max(spread(&self.head))
    }

    /// A head that became unsteady is a regression all the same where its fewest are too many.
    pub(super) fn finding(&self, limit: f64) -> Finding {
        let steady = |counts: &[u64]| spread(counts) <= limit * STEADY;
        let least = fewest(&self.head) / most(&self.base);
        match () {
            () if !steady(&self.base) => Finding::Unsteady,
            () if least > 1.0 + limit => Finding::Regression,
            () if !steady(&self.head) => Finding::Unsteady,
            () if self.ratio() > 1.0 + limit => Finding::Regression,
            () => Finding::Within,
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
