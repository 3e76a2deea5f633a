//! The paired ratio: how many times as long one variant takes as another, block by block.
//!
//! Pairing within blocks is what removes drift, so the two slices must come in block order.

use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::samples::positive;
use crate::signed_rank::{WalshAverages, signed_rank_test};
use crate::stopping::Width;

/// What paired samples say about the ratio of variant to reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedRatio {
    /// Variant ÷ reference: of times, below 1 is faster.
    pub ratio: f64,
    /// The intervals, or `None` under 6 blocks.
    pub intervals: Option<RatioIntervals>,
    /// Two-sided signed-rank p value against a ratio of 1, not adjusted for other comparisons.
    pub p_value: f64,
    /// How many blocks, and so pairs, there were.
    pub blocks: u32,
}

/// The two intervals of a ratio, which exist together or not at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioIntervals {
    /// The 95 % interval, which is shown and decides a difference.
    pub at_95: Interval,
    /// The 90 % interval, which decides equivalence.
    pub at_90: Interval,
}

impl PairedRatio {
    /// The one thing that a stopping rule may know: how wide the 95 % interval is.
    #[must_use]
    pub fn width(&self) -> Width {
        let half_width = self
            .intervals
            .map(|intervals| intervals.at_95.relative_half_width());
        Width {
            blocks: self.blocks,
            half_width,
        }
    }
}

/// Compares two arms measured in the same blocks: exp of the Hodges–Lehmann shift of the
/// logarithms of variant ÷ reference, with the exact signed-rank intervals.
///
/// Logarithms make the ratio of a to b the inverse of that of b to a, and turn noise that grows
/// with the time into a shift; formulas are under [`signed_rank`](crate::signed_rank). The
/// 90 % interval would exist from 5 blocks, but is withheld until the 95 % one exists at 6.
///
/// ```
/// let new = [0.95, 0.96, 0.97, 0.93, 0.94, 0.99];
/// let old = [1.00, 1.02, 1.01, 0.99, 1.03, 1.00];
/// let paired = verdict::paired_ratio(&new, &old)?;
/// assert!(paired.ratio > 0.94 && paired.ratio < 0.96);
/// assert!(paired.intervals.unwrap().at_95.upper < 1.0);
/// assert_eq!(paired.p_value, 0.03125);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are no samples, or unequally many; when one is not finite and above zero, or a ratio
/// beyond what a float holds; or when there are more than
/// [`LARGEST_SAMPLE`](crate::signed_rank::LARGEST_SAMPLE) blocks.
pub fn paired_ratio(variant: &[f64], reference: &[f64]) -> Result<PairedRatio, StatisticsError> {
    let logarithms = log_ratios(variant, reference)?;
    of_averages(&WalshAverages::new(&logarithms)?, &logarithms)
}

/// The ratio of arms whose log-ratios have these averages.
pub(crate) fn of_averages(
    averages: &WalshAverages,
    logarithms: &[f64],
) -> Result<PairedRatio, StatisticsError> {
    Ok(PairedRatio {
        ratio: averages.estimate().exp(),
        intervals: ratio_intervals(averages),
        p_value: signed_rank_test(logarithms)?.p_value,
        blocks: logarithms.len() as u32,
    })
}

fn ratio_intervals(averages: &WalshAverages) -> Option<RatioIntervals> {
    Some(RatioIntervals {
        at_95: averages.interval(Confidence::NINETY_FIVE)?.exp(),
        at_90: averages.interval(Confidence::NINETY)?.exp(),
    })
}

/// The logarithm of variant ÷ reference in each block.
pub(crate) fn log_ratios(variant: &[f64], reference: &[f64]) -> Result<Vec<f64>, StatisticsError> {
    positive(variant)?;
    positive(reference)?;
    if variant.len() != reference.len() {
        let (variant, reference) = (variant.len(), reference.len());
        return Err(StatisticsError::UnequalLengths { variant, reference });
    }
    // A difference of logarithms, because it changes its sign exactly when the arms are swapped.
    let logarithms: Vec<f64> = variant
        .iter()
        .zip(reference)
        .map(|(v, r)| v.ln() - r.ln())
        .collect();
    // Checked here, where the pair can be named: later only an infinite ratio would be seen.
    let too_large = logarithms
        .iter()
        .position(|logarithm| logarithm.abs() > f64::MAX.ln());
    match too_large {
        Some(index) => Err(StatisticsError::RatioOutOfRange { index }),
        None => Ok(logarithms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_arms_have_a_ratio_of_exactly_one() {
        let samples = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let found = paired_ratio(&samples, &samples).unwrap();
        let one = Interval {
            lower: 1.0,
            upper: 1.0,
        };
        assert_eq!((found.ratio, found.p_value), (1.0, 1.0));
        assert_eq!(
            found.intervals,
            Some(RatioIntervals {
                at_95: one,
                at_90: one
            })
        );
    }

    #[test]
    fn five_blocks_have_a_ratio_and_no_interval() {
        let found = paired_ratio(&[2.0; 5], &[1.0; 5]).unwrap();
        assert!((found.ratio - 2.0).abs() < 1e-15);
        assert_eq!(found.intervals, None);
        assert_eq!(
            found.width(),
            Width {
                blocks: 5,
                half_width: None
            }
        );
    }

    #[test]
    fn bad_arms_are_typed_errors() {
        use StatisticsError::{Empty, NotPositive, RatioOutOfRange, UnequalLengths};
        let found = |variant: &[f64], reference: &[f64]| paired_ratio(variant, reference).err();
        assert_eq!(found(&[], &[]), Some(Empty));
        assert_eq!(
            found(&[1.0], &[-1.0]),
            Some(NotPositive {
                index: 0,
                value: -1.0
            })
        );
        assert_eq!(
            found(&[1e308], &[1e-308]),
            Some(RatioOutOfRange { index: 0 })
        );
        let unequal = UnequalLengths {
            variant: 2,
            reference: 1,
        };
        assert_eq!(found(&[1.0, 1.0], &[1.0]), Some(unequal));
        assert!(found(&[f64::NAN], &[1.0]).is_some());
    }
}
