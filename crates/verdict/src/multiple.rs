//! Many comparisons in one report: what that does to p values, and to the blocks needed.
//!
//! What belongs to one family is the caller's decision, taken before looking at the data: here,
//! every comparison of a report by a primary metric.

use crate::error::StatisticsError;
use crate::interval::Confidence;

/// The probability of any false verdict in a report that is accepted, 3 %: at 5 % too many simulated
/// reports of equal programs on drifting machines had one (`cargo xtask trust`).
pub const SIGNIFICANCE: f64 = 0.03;

/// Holm's adjusted p values, in the order of the raw ones.
///
/// The i-th smallest of m is multiplied by m − i + 1, never ends below a smaller one's result, and
/// never above 1 (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", *Scandinavian
/// Journal of Statistics* 6, 1979). Adjusted p values under 0.03 are then wrong about any true
/// null in at most 3 % of reports, whatever the dependence between the comparisons.
///
/// ```
/// assert_eq!(verdict::holm(&[0.01, 0.25, 0.125]), Ok(vec![0.03, 0.25, 0.25]));
/// ```
///
/// # Errors
/// When a p value lies outside 0 to 1.
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, StatisticsError> {
    if let Some(&value) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(StatisticsError::OutOfRange {
            what: "p value",
            value,
        });
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest_yet = 0.0_f64;
    // Without the running maximum a larger raw p could end below a smaller one, and a comparison be
    // rejected although a stronger one was not.
    for (smaller, &index) in order.iter().enumerate() {
        let multiplied = (p_values.len() - smaller) as f64 * p_values[index];
        largest_yet = largest_yet.max(multiplied.min(1.0));
        adjusted[index] = largest_yet;
    }
    Ok(adjusted)
}

/// The fewest blocks at which one of so many comparisons can be faster or slower at all.
///
/// n pairs give a signed-rank p of 2¹⁻ⁿ at the least, and Holm multiplies the smallest p of m by
/// m: below this n, m · 2¹⁻ⁿ is not under 0.03, however large the difference.
///
/// ```
/// assert_eq!(verdict::fewest_blocks_for_verdict(13), 10);
/// assert_eq!(verdict::fewest_blocks_for_verdict(168), 14);
/// ```
#[must_use]
pub fn fewest_blocks_for_verdict(comparisons: usize) -> u32 {
    // A single comparison needs no small p, but still an interval that excludes the margin.
    let interval = Confidence::NINETY_FIVE.fewest_samples();
    fewest_blocks_for_p(SIGNIFICANCE / comparisons.max(1) as f64).max(interval)
}

/// The fewest pairs whose smallest possible p is below the given one.
pub(crate) fn fewest_blocks_for_p(p: f64) -> u32 {
    // Beyond 1074 halvings a double is zero, which lies below every p that is above zero.
    (1..1100)
        .find(|&n| 0.5_f64.powi(n - 1) < p)
        .map_or(u32::MAX, |n| n as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn adjusted_values_agree_with_statsmodels() {
        for (raw, expected) in load().holm {
            for (found, expected) in holm(&raw).unwrap().into_iter().zip(expected) {
                assert_close(found, expected, 1e-14);
            }
        }
    }

    #[test]
    fn no_comparisons_have_no_p_values() {
        assert_eq!(holm(&[]), Ok(vec![]));
    }

    #[test]
    fn numbers_that_are_no_probabilities_are_refused() {
        for p in [-0.1, 1.1, f64::NAN] {
            assert!(holm(&[0.5, p]).is_err(), "{p}");
        }
    }

    #[test]
    fn one_block_fewer_cannot_give_a_verdict() {
        for comparisons in [3, 13, 60, 168, 100_000] {
            let n = fewest_blocks_for_verdict(comparisons) as i32;
            let smallest_adjusted = |n: i32| comparisons as f64 * 0.5_f64.powi(n - 1);
            assert!(smallest_adjusted(n) < SIGNIFICANCE, "{comparisons}");
            assert!(smallest_adjusted(n - 1) >= SIGNIFICANCE, "{comparisons}");
        }
        assert_eq!(fewest_blocks_for_verdict(0), 7);
    }
}
