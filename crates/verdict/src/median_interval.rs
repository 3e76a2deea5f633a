//! The median of one arm, with an interval that assumes nothing about the distribution.
//!
//! It describes a time or a throughput by itself. Two arms are not compared by looking whether their
//! two intervals overlap: [`paired_ratio`](crate::paired_ratio) compares them.

use crate::distributions::fair_lower_tail;
use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::samples::{middle_of_sorted, sorted};

/// A median and the order statistics that enclose it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MedianInterval {
    /// The sample median.
    pub median: f64,
    /// The enclosing order statistics, each of which is one of the samples.
    pub interval: Interval,
    /// The exact confidence of the interval: at least what was asked for.
    pub coverage: f64,
    /// How many samples there were.
    pub n: usize,
}

/// The exact order-statistic interval of a median, or `None` from too few samples (under 6 at
/// 95 %).
///
/// The k-th smallest and k-th largest sample miss the true median with probability
/// 2·P(B ≤ k − 1), B being heads in n tosses of a fair coin; k is the largest that keeps this
/// within what the confidence allows (David and Nagaraja, *Order Statistics*, 3rd edition 2003,
/// section 7.1).
///
/// ```
/// use verdict::{Confidence, median_interval};
///
/// let times = [10.2, 10.4, 9.9, 10.1, 12.7, 10.0, 10.3];
/// let time = median_interval(&times, Confidence::NINETY_FIVE)?.unwrap();
/// assert_eq!((time.median, time.interval.lower, time.interval.upper), (10.2, 9.9, 12.7));
/// assert!(time.coverage > 0.98);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are no samples, or one is not finite.
pub fn median_interval(
    samples: &[f64],
    confidence: Confidence,
) -> Result<Option<MedianInterval>, StatisticsError> {
    let ordered = sorted(samples)?;
    let n = ordered.len();
    let allowed = confidence.one_tail();
    // The tail grows with k, so the last k that is still allowed is the narrowest interval. It never
    // passes the middle: there the tail is at least a half, and `allowed` is below that.
    let within = fair_lower_tail(n).take_while(|&missed| missed <= allowed);
    Ok(within
        .enumerate()
        .last()
        .map(|(index, missed)| MedianInterval {
            median: middle_of_sorted(&ordered),
            interval: Interval {
                lower: ordered[index],
                upper: ordered[n - 1 - index],
            },
            coverage: 1.0 - 2.0 * missed,
            n,
        }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::load;

    #[test]
    fn intervals_agree_with_scipy() {
        for case in load().median_intervals {
            let confidence = Confidence::new(case.confidence).unwrap();
            let found = median_interval(&case.samples, confidence).unwrap();
            assert_eq!(found.map(|f| f.interval.lower), case.lower);
            assert_eq!(found.map(|f| f.interval.upper), case.upper);
            assert!(found.is_none_or(|f| (f.median - case.median).abs() < 1e-15));
            assert!(found.is_none_or(|f| f.coverage >= case.confidence));
        }
    }

    #[test]
    fn five_samples_have_no_interval_at_95_percent() {
        let five = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(median_interval(&five, Confidence::NINETY_FIVE), Ok(None));
        assert!(
            median_interval(&five, Confidence::NINETY)
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn a_level_near_zero_does_not_cross_the_middle() {
        let confidence = Confidence::new(1e-9).unwrap();
        for n in 1..20 {
            let samples: Vec<f64> = (0..n).map(f64::from).collect();
            if let Some(found) = median_interval(&samples, confidence).unwrap() {
                assert!(found.interval.contains(found.median), "{n}");
            }
        }
    }
}
