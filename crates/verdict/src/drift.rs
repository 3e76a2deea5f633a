//! Drift: does a series rise or fall in the order in which it was measured?
//!
//! It shows that a machine warmed up or was taken over. Blocks and pairing already cancel what
//! drift does to a ratio, so nothing is corrected here.

use crate::distributions::student_two_sided;
use crate::error::StatisticsError;
use crate::samples::{doubled_mid_ranks, finite};

/// The longest series whose permutations are counted.
const LONGEST_EXACT: usize = 9;

/// The rank correlation of a series with its own order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Spearman's ρ: 1 rises throughout, −1 falls throughout.
    pub correlation: f64,
    /// Two-sided p value against an order that does not matter.
    pub p_value: f64,
    /// How long the series is.
    pub n: usize,
}

/// Spearman's rank correlation of a series against its order (*American Journal of Psychology* 15,
/// 1904), equal values sharing the mean of their ranks.
///
/// Up to 9 values p is counted over all n! orders of the ranks seen; above, t = ρ√((n − 2)/(1 −
/// ρ²)) is referred to Student's t with n − 2 degrees of freedom (Kendall and Stuart, *The Advanced
/// Theory of Statistics*, volume 2, 1973, chapter 31).
///
/// ```
/// let warming = [10.0, 10.1, 10.3, 10.2, 10.6, 10.7, 10.9];
/// let drift = verdict::drift(&warming)?;
/// assert!(drift.correlation > 0.95 && drift.p_value < 0.01);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are fewer than 3 values, when one is not finite, or when all are the same.
pub fn drift(series: &[f64]) -> Result<Drift, StatisticsError> {
    finite(series)?;
    let n = series.len();
    if n < 3 {
        return Err(StatisticsError::TooFew {
            what: "values",
            needed: 3,
            given: n,
        });
    }
    let ranks = doubled_mid_ranks(series);
    let correlation = correlation_with_order(&ranks).ok_or(StatisticsError::Constant)?;
    let p_value = if n <= LONGEST_EXACT {
        counted_p(&ranks)
    } else {
        student_p(correlation, n as f64)
    };
    Ok(Drift {
        correlation,
        p_value,
        n,
    })
}

/// Pearson's correlation of the ranks with 1, 2, …, or nothing where the ranks do not vary.
fn correlation_with_order(doubled_ranks: &[usize]) -> Option<f64> {
    let centre = (doubled_ranks.len() + 1) as f64;
    let (mut product, mut ranks_squared, mut order_squared) = (0.0, 0.0, 0.0);
    // Both are centred before they are multiplied: sums of raw ranks would lose digits to a
    // difference of large numbers.
    for (index, &doubled) in doubled_ranks.iter().enumerate() {
        let rank = doubled as f64 - centre;
        let order = 2.0 * (index + 1) as f64 - centre;
        product += rank * order;
        ranks_squared += rank * rank;
        order_squared += order * order;
    }
    let correlation = product / (ranks_squared.sqrt() * order_squared.sqrt());
    (ranks_squared > 0.0).then(|| correlation.clamp(-1.0, 1.0))
}

fn student_p(correlation: f64, n: f64) -> f64 {
    let t = correlation * ((n - 2.0) / (1.0 - correlation * correlation)).sqrt();
    student_two_sided(t, n as u32 - 2)
}

/// The share of orders whose sum of place × rank is as far from its mean as the one seen.
fn counted_p(doubled_ranks: &[usize]) -> f64 {
    let n = doubled_ranks.len();
    // Twice the mean n(n + 1)²/2 of a sum over doubled ranks, to stay in whole numbers.
    let doubled_mean = n * (n + 1) * (n + 1);
    let seen: usize = doubled_ranks
        .iter()
        .zip(1..)
        .map(|(rank, place)| rank * place)
        .sum();
    let distance = (2 * seen).abs_diff(doubled_mean);
    let counts = orders_by_sum(doubled_ranks);
    // The order seen is itself as far as itself, so p is never 0.
    let extreme: u64 = (0..counts.len())
        .filter(|sum| (2 * sum).abs_diff(doubled_mean) >= distance)
        .map(|sum| counts[sum])
        .sum();
    extreme as f64 / counts.iter().sum::<u64>() as f64
}

/// How many orders give each sum of place × rank, over sets of ranks rather than over orders.
fn orders_by_sum(ranks: &[usize]) -> Vec<u64> {
    let n = ranks.len();
    // No rank is above 2n, so no sum is above n times the sum of the ranks.
    let largest = n * ranks.iter().sum::<usize>();
    // Indexed by the set of ranks placed, as bits: 2ⁿ sets where there are n! orders. A set is
    // reached only from smaller numbers, so that ascending order visits it once it is complete.
    let mut by_set = vec![vec![]; 1 << n];
    by_set[0] = vec![0; largest + 1];
    by_set[0][0] = 1;
    for placed in 0_usize..(1 << n) - 1 {
        // Taken, because a set that has been passed on is not needed again.
        let counts: Vec<u64> = std::mem::take(&mut by_set[placed]);
        let place = placed.count_ones() as usize + 1;
        for index in (0..n).filter(|index| placed & (1 << index) == 0) {
            let next = &mut by_set[placed | (1 << index)];
            next.resize(largest + 1, 0);
            let shift = place * ranks[index];
            for sum in 0..=largest - shift {
                next[sum + shift] += counts[sum];
            }
        }
    }
    by_set.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::load;

    #[test]
    fn correlations_agree_with_scipy_and_with_enumeration() {
        for case in load().spearman {
            let found = drift(&case.series).unwrap();
            assert!((found.correlation - case.rho).abs() < 1e-14);
            assert!((found.p_value - case.p).abs() < 1e-13);
        }
    }

    #[test]
    fn a_steady_rise_is_certain() {
        let series: Vec<f64> = (0..40).map(f64::from).collect();
        let found = drift(&series).unwrap();
        assert_eq!(found.correlation, 1.0);
        assert!(found.p_value < 1e-12);
    }

    #[test]
    fn series_without_order_are_typed_errors() {
        assert_eq!(drift(&[]), Err(StatisticsError::Empty));
        let too_few = StatisticsError::TooFew {
            what: "values",
            needed: 3,
            given: 2,
        };
        assert_eq!(drift(&[1.0, 2.0]), Err(too_few));
        assert_eq!(drift(&[1.0; 5]), Err(StatisticsError::Constant));
        assert!(drift(&[1.0, f64::NAN, 2.0]).is_err());
    }
}
