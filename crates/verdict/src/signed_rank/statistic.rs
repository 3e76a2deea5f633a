//! The signed-rank statistic and its p value: may these differences be centred on zero?
//!
//! The size of the shift comes from [`WalshAverages`](super::WalshAverages), and the correction for
//! the number of tests from [`holm`](crate::holm).

use super::null::{LARGEST_EXACT, lower_tail, untied_lower_tail};
use crate::distributions::two_sided;
use crate::error::StatisticsError;
use crate::samples::{doubled_mid_ranks, finite};

/// The outcome of a signed-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRank {
    /// The sum of the ranks of the positive differences.
    pub positive_ranks: f64,
    /// Two-sided p value against differences symmetric about zero.
    pub p_value: f64,
    /// How many differences were ranked.
    pub used: usize,
    /// How many differences were zero, and dropped.
    pub zeros: usize,
    /// Whether the null distribution was counted rather than approximated.
    pub exact: bool,
}

/// Tests differences against a shift of zero, two-sided; subtract first to test another shift.
///
/// The sum W⁺ of the ranks of |difference| over the positive differences is compared with its
/// distribution under fair signs (Wilcoxon, "Individual Comparisons by Ranking Methods",
/// *Biometrics Bulletin* 1, 1945). Equal sizes share the mean of their ranks, and the distribution
/// counted is the one given those shared ranks. Zeros are dropped before ranking, as Wilcoxon did;
/// with nothing but zeros p is 1.
///
/// More than [`LARGEST_EXACT`] nonzero differences have the normal approximation with mean Σr/2,
/// variance Σr²/4 over the shared ranks (which includes the usual correction for ties), and a
/// continuity correction of ½ (Hollander, Wolfe and Chicken, *Nonparametric Statistical Methods*,
/// 3rd edition 2014, section 3.1).
///
/// ```
/// let test = verdict::signed_rank::signed_rank_test(&[0.3, 0.1, 0.4, -0.2, 0.5, 0.6])?;
/// assert_eq!((test.positive_ranks, test.p_value), (19.0, 0.09375));
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are no differences, or one is not finite.
pub fn signed_rank_test(differences: &[f64]) -> Result<SignedRank, StatisticsError> {
    finite(differences)?;
    let nonzero: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    let sizes: Vec<f64> = nonzero.iter().map(|difference| difference.abs()).collect();
    let ranks = doubled_mid_ranks(&sizes);
    let signed = ranks.iter().zip(&nonzero);
    let positive = signed
        .filter(|(_, difference)| **difference > 0.0)
        .map(|(rank, _)| rank)
        .sum();
    let exact = nonzero.len() <= LARGEST_EXACT;
    Ok(SignedRank {
        positive_ranks: positive as f64 / 2.0,
        p_value: if exact {
            counted_p(&ranks, positive)
        } else {
            approximate_p(&ranks, positive)
        },
        used: nonzero.len(),
        zeros: differences.len() - nonzero.len(),
        exact,
    })
}

/// Twice the tail on the side where the sum of doubled ranks lies.
fn counted_p(doubled_ranks: &[usize], positive: usize) -> f64 {
    let total: usize = doubled_ranks.iter().sum();
    let nearer_end = positive.min(total - positive);
    // Without ties the table of n is shared and kept; its ranks are not doubled, so the sum is halved.
    let tail = if is_untied(doubled_ranks) {
        untied_lower_tail(doubled_ranks.len())[nearer_end / 2]
    } else {
        lower_tail(doubled_ranks)[nearer_end]
    };
    (2.0 * tail).min(1.0)
}

/// Whether the doubled ranks are 2, 4, …, 2n: ties keep the sum of ranks but lower that of squares.
fn is_untied(doubled_ranks: &[usize]) -> bool {
    let n = doubled_ranks.len();
    sum_of_squares(doubled_ranks) == (4 * (n * (n + 1) * (2 * n + 1) / 6)) as f64
}

fn approximate_p(doubled_ranks: &[usize], positive: usize) -> f64 {
    let mean = doubled_ranks.iter().sum::<usize>() as f64 / 4.0;
    let deviation = (sum_of_squares(doubled_ranks) / 16.0).sqrt();
    let distance = (positive as f64 / 2.0 - mean).abs();
    // The correction must not carry the sum past its own mean: its distance is never negative.
    two_sided((distance - 0.5).max(0.0) / deviation)
}

/// The sum of squares in floating point, where very many ranks cannot overflow it.
fn sum_of_squares(ranks: &[usize]) -> f64 {
    ranks.iter().map(|&rank| (rank as f64).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn p_values_agree_with_scipy_and_with_enumeration() {
        for case in load().signed_ranks {
            let found = signed_rank_test(&case.values).unwrap();
            assert_close(found.p_value, case.p, 1e-11);
        }
    }

    #[test]
    fn the_smallest_p_halves_with_each_difference() {
        for n in 1..=LARGEST_EXACT {
            let rising: Vec<f64> = (1..=n).map(|i| i as f64).collect();
            let p = signed_rank_test(&rising).unwrap().p_value;
            assert_eq!(p, 0.5_f64.powi(n as i32 - 1));
        }
    }

    #[test]
    fn zeros_are_dropped_and_counted() {
        let found = signed_rank_test(&[0.0, 1.0, 0.0, 2.0]).unwrap();
        assert_eq!((found.used, found.zeros, found.p_value), (2, 2, 0.5));
        assert_eq!(signed_rank_test(&[0.0; 40]).unwrap().p_value, 1.0);
    }

    #[test]
    fn ties_among_small_samples_are_noticed() {
        assert!(is_untied(&doubled_mid_ranks(&[3.0, 1.0, 2.0])));
        assert!(!is_untied(&doubled_mid_ranks(&[1.0, 1.0])));
        assert!(!is_untied(&doubled_mid_ranks(&[3.0, 1.0, 2.0, 4.0, 4.0])));
    }
}
