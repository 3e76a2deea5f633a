//! How many blocks more would turn an inconclusive comparison into a verdict.
//!
//! The forecast is for the reader of a report: it supposes that the ratio stays where it is and that
//! intervals shrink as 1/√n. It uses the outcome, so the stopping rule must not use it; that has
//! [`Precision::more_blocks`](crate::stopping::Precision::more_blocks).

use crate::distributions::upper_quantile;
use crate::equivalence::Margin;
use crate::multiple::{SIGNIFICANCE, fewest_blocks_for_p};
use crate::ratio::{PairedRatio, RatioIntervals};
use crate::stopping::{blocks_until_interval, more_blocks_at};

/// Blocks to add, for a comparison that the rule has found inconclusive.
pub(crate) fn blocks_to_settle(ratio: &PairedRatio, margin: Margin) -> Option<u32> {
    let Some(intervals) = ratio.intervals else {
        return Some(blocks_until_interval(ratio.blocks).max(1));
    };
    // It could end on either side, and the nearer of the two ends is the forecast.
    let equivalent = blocks_for_equivalence(ratio, &intervals, margin);
    let different = blocks_to_exclude_one(ratio, &intervals);
    equivalent.into_iter().chain(different).min()
}

/// Blocks to add until the 90 % interval fits between the ratio and the nearer end of the margin.
fn blocks_for_equivalence(
    ratio: &PairedRatio,
    intervals: &RatioIntervals,
    margin: Margin,
) -> Option<u32> {
    let room = margin.relative().ln_1p() - ratio.ratio.ln().abs();
    let now = intervals.at_90.log_half_width();
    (room > 0.0)
        .then(|| more_blocks_at(ratio.blocks, now, room))
        .flatten()
}

/// Blocks to add until the 95 % interval fits between the ratio and 1.
fn blocks_to_exclude_one(ratio: &PairedRatio, intervals: &RatioIntervals) -> Option<u32> {
    let distance = ratio.ratio.ln().abs();
    more_blocks_at(ratio.blocks, intervals.at_95.log_half_width(), distance)
}

/// Blocks to add until the p value, whose normal deviate grows as √n, passes Holm: at the least,
/// until there are blocks enough for so small a p to exist.
pub(crate) fn blocks_for_holm(ratio: &PairedRatio, holm_p: f64) -> Option<u32> {
    // Holm's factor is taken to stay as it is: what other comparisons will give is not known.
    let wanted_p = SIGNIFICANCE * ratio.p_value / holm_p;
    // Written so that a NaN, from a p value of 0, is refused as well.
    if !(0.0 < wanted_p && wanted_p <= SIGNIFICANCE && ratio.p_value < 1.0) {
        return None;
    }
    let (wanted, present) = (
        two_sided_deviate(wanted_p),
        two_sided_deviate(ratio.p_value),
    );
    let by_strength = more_blocks_at(ratio.blocks, wanted, present)?;
    let by_count = fewest_blocks_for_p(wanted_p).saturating_sub(ratio.blocks);
    Some(by_strength.max(by_count))
}

/// The normal deviate whose two-sided p value is `p`.
fn two_sided_deviate(p: f64) -> f64 {
    upper_quantile(p / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Interval;

    fn measured(ratio: f64, half_width: f64, p_value: f64) -> PairedRatio {
        let around = |width: f64| Interval {
            lower: ratio / width,
            upper: ratio * width,
        };
        let at_95 = around(1.0 + half_width);
        let at_90 = around(1.0 + half_width * 0.84);
        let intervals = Some(RatioIntervals { at_95, at_90 });
        PairedRatio {
            ratio,
            intervals,
            p_value,
            blocks: 12,
        }
    }

    #[test]
    fn a_ratio_of_one_settles_as_equivalent() {
        let found = measured(1.0, 0.04, 0.9);
        let expected = 12.0 * (0.0336_f64.ln_1p() / 0.02_f64.ln_1p()).powi(2) - 12.0;
        let more = blocks_to_settle(&found, Margin::default());
        assert_eq!(more, Some(expected.ceil() as u32));
    }

    #[test]
    fn a_ratio_beyond_the_margin_settles_by_excluding_one() {
        let more = blocks_to_settle(&measured(1.05, 0.06, 0.09), Margin::default());
        let expected = 12.0 * (0.06_f64.ln_1p() / 0.05_f64.ln_1p()).powi(2) - 12.0;
        assert_eq!(more, Some(expected.ceil() as u32));
    }

    #[test]
    fn holm_over_many_comparisons_needs_blocks_enough_for_so_small_a_p() {
        let smallest = 0.5_f64.powi(7);
        let found = PairedRatio {
            blocks: 8,
            ..measured(1.5, 0.05, smallest)
        };
        let more = blocks_for_holm(&found, 168.0 * smallest).unwrap();
        assert!(
            more >= 5,
            "13 blocks are the fewest for 168 comparisons, got 8 + {more}"
        );
    }

    #[test]
    fn without_an_interval_the_first_one_is_waited_for() {
        let found = PairedRatio {
            intervals: None,
            blocks: 2,
            ..measured(1.0, 0.1, 0.5)
        };
        assert_eq!(blocks_to_settle(&found, Margin::default()), Some(4));
    }

    #[test]
    fn numbers_that_are_none_foretell_nothing() {
        for found in [measured(f64::NAN, 0.1, 0.5), measured(1.5, 0.1, 0.0)] {
            assert_eq!(blocks_for_holm(&found, f64::NAN), None);
        }
        let no_number = measured(f64::NAN, 0.1, 0.5);
        assert_eq!(blocks_to_settle(&no_number, Margin::default()), None);
    }
}
