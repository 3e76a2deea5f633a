//! The Hodges–Lehmann shift: how far the differences lie from zero, and how surely.
//!
//! The order statistics of all averages of two differences carry both the estimate and every
//! interval, so they are computed once and then asked.

use super::null::{LARGEST_EXACT, untied_lower_tail};
use crate::distributions::upper_quantile;
use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::samples::{ascending, finite, mean_of, middle_of_sorted};

/// The most differences accepted: their averages then fill 64 MiB.
pub const LARGEST_SAMPLE: usize = 4096;

/// The averages of every two differences, each difference with itself included, in order.
///
/// ```
/// use verdict::Confidence;
/// use verdict::signed_rank::WalshAverages;
///
/// let averages = WalshAverages::new(&[0.3, 0.1, 0.4, -0.2, 0.5, 0.6])?;
/// let interval = averages.interval(Confidence::NINETY_FIVE).unwrap();
/// assert!((averages.estimate() - 0.3).abs() < 1e-12);
/// assert_eq!((interval.lower, interval.upper), (-0.2, 0.6));
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct WalshAverages {
    ordered: Vec<f64>,
    differences: usize,
}

impl WalshAverages {
    /// Computes and orders the n(n + 1)/2 averages. Zeros are kept: they are evidence for a small
    /// shift.
    ///
    /// # Errors
    /// When there are no differences, more than [`LARGEST_SAMPLE`], or one that is not finite.
    pub fn new(differences: &[f64]) -> Result<WalshAverages, StatisticsError> {
        finite(differences)?;
        let given = differences.len();
        if given > LARGEST_SAMPLE {
            return Err(StatisticsError::TooMany {
                most: LARGEST_SAMPLE,
                given,
            });
        }
        let mut averages = Vec::with_capacity(given * (given + 1) / 2);
        for (index, &one) in differences.iter().enumerate() {
            averages.extend(
                differences[index..]
                    .iter()
                    .map(|&other| mean_of(one, other)),
            );
        }
        Ok(WalshAverages {
            ordered: ascending(averages),
            differences: given,
        })
    }

    /// The Hodges–Lehmann estimate of the shift: the median of the averages (Hodges and Lehmann,
    /// "Estimates of Location Based on Rank Tests", *Annals of Mathematical Statistics* 34, 1963).
    #[must_use]
    pub fn estimate(&self) -> f64 {
        middle_of_sorted(&self.ordered)
    }

    /// The shifts that the signed-rank test does not reject, or `None` from too few differences
    /// for this confidence ([`Confidence::fewest_samples`]).
    ///
    /// It goes from the k-th smallest average to the k-th largest, where k is the largest number with
    /// P(W ≤ k − 1) within one tail (Tukey 1949; Hollander, Wolfe and Chicken, *Nonparametric
    /// Statistical Methods*, 3rd edition 2014, section 3.3). Coverage is exact up to
    /// [`LARGEST_EXACT`] and at least the confidence; with ties it is higher still. Above, k
    /// comes from the normal approximation, continuity correction included.
    #[must_use]
    pub fn interval(&self, confidence: Confidence) -> Option<Interval> {
        let rank = critical_rank(self.differences, confidence);
        // A rank of 0 has no order statistic: that is what makes the interval `None`.
        let index = rank.checked_sub(1)?;
        let last = self.ordered.len() - 1;
        Some(Interval {
            lower: self.ordered[index],
            upper: self.ordered[last - index],
        })
    }
}

/// The k of the k-th smallest average, or 0 where not even the smallest is far enough out.
fn critical_rank(n: usize, confidence: Confidence) -> usize {
    if n <= LARGEST_EXACT {
        untied_lower_tail(n).partition_point(|&tail| tail <= confidence.one_tail())
    } else {
        approximate_rank(n as f64, upper_quantile(confidence.one_tail()))
    }
}

fn approximate_rank(n: f64, quantile: f64) -> usize {
    let mean = n * (n + 1.0) / 4.0;
    let deviation = (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
    // A negative number, from a confidence that n cannot give, becomes 0 in the conversion.
    (mean - quantile * deviation + 0.5).floor() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn estimates_and_intervals_agree_with_the_inverted_test_of_scipy() {
        for case in load().hodges_lehmann {
            let averages = WalshAverages::new(&case.values).unwrap();
            let interval = averages
                .interval(Confidence::new(case.confidence).unwrap())
                .unwrap();
            assert_close(averages.estimate(), case.estimate, 1e-13);
            assert_close(interval.lower, case.lower, 1e-13);
            assert_close(interval.upper, case.upper, 1e-13);
        }
    }

    #[test]
    fn the_ranks_of_printed_tables() {
        // Wilcoxon's two-sided 5 % points for n = 6, 10, 20, 30 are 0, 8, 52, 137.
        let rank = |n| critical_rank(n, Confidence::NINETY_FIVE);
        assert_eq!([6, 10, 20, 30].map(rank), [1, 9, 53, 138]);
        assert_eq!(rank(5), 0);
    }

    #[test]
    fn the_approximation_takes_over_without_a_jump() {
        for confidence in [Confidence::NINETY, Confidence::NINETY_FIVE] {
            let quantile = upper_quantile(confidence.one_tail());
            let exact = critical_rank(LARGEST_EXACT, confidence);
            assert!(approximate_rank(LARGEST_EXACT as f64, quantile).abs_diff(exact) <= 1);
        }
    }

    #[test]
    fn a_confidence_that_cannot_be_had_gives_no_interval() {
        let nearly_sure = Confidence::new(1.0 - f64::EPSILON).unwrap();
        let averages = WalshAverages::new(&[1.0; 35]).unwrap();
        assert_eq!(averages.interval(nearly_sure), None);
    }

    #[test]
    fn too_many_differences_are_refused_rather_than_allocated() {
        let refused = WalshAverages::new(&[0.0; LARGEST_SAMPLE + 1]).err();
        assert!(matches!(refused, Some(StatisticsError::TooMany { .. })));
    }
}
