//! Elementary statistics of a list of numbers: checks, medians, quantiles, mid-ranks, outliers.
//!
//! The other modules rely on the checks: nothing passes [`finite`] or [`positive`] that could make
//! a comparison of two numbers undefined.

use crate::error::StatisticsError;

/// The middle of the samples: of an even number, half-way between the two in the middle.
///
/// ```
/// assert_eq!(verdict::median(&[3.0, 1.0, 2.0]), Ok(2.0));
/// ```
///
/// # Errors
/// When there are no samples, or one is not finite.
pub fn median(samples: &[f64]) -> Result<f64, StatisticsError> {
    sorted(samples).map(|ordered| middle_of_sorted(&ordered))
}

/// How many samples lie far from the others: modified z score above 3.5.
///
/// The score is 0.6745 · |x − median| ÷ MAD, where MAD is the median absolute deviation (Iglewicz
/// and Hoaglin, *How to Detect and Handle Outliers*, 1993). Outliers are for showing, never for
/// removing: the estimators of this crate are made to live with them. Where more than half of the
/// samples are equal the MAD is 0, no scale exists, and none is counted.
///
/// ```
/// assert_eq!(verdict::outliers(&[1.0, 1.1, 0.9, 1.05, 0.95, 9.0]), Ok(1));
/// ```
///
/// # Errors
/// When there are no samples, or one is not finite.
pub fn outliers(samples: &[f64]) -> Result<usize, StatisticsError> {
    let centre = median(samples)?;
    let deviations: Vec<f64> = samples
        .iter()
        .map(|sample| (sample - centre).abs())
        .collect();
    let scale = median(&deviations)?;
    Ok(deviations
        .iter()
        .filter(|deviation| scale > 0.0 && 0.6745 * **deviation / scale > 3.5)
        .count())
}

/// Every sample is a finite number, and there is at least one.
pub(crate) fn finite(samples: &[f64]) -> Result<(), StatisticsError> {
    if samples.is_empty() {
        return Err(StatisticsError::Empty);
    }
    match samples.iter().position(|sample| !sample.is_finite()) {
        Some(index) => Err(StatisticsError::NotFinite {
            index,
            value: samples[index],
        }),
        None => Ok(()),
    }
}

/// Every sample is finite and above zero, and there is at least one.
pub(crate) fn positive(samples: &[f64]) -> Result<(), StatisticsError> {
    finite(samples)?;
    match samples.iter().position(|sample| *sample <= 0.0) {
        Some(index) => Err(StatisticsError::NotPositive {
            index,
            value: samples[index],
        }),
        None => Ok(()),
    }
}

/// The samples in ascending order.
pub(crate) fn sorted(samples: &[f64]) -> Result<Vec<f64>, StatisticsError> {
    finite(samples)?;
    Ok(ascending(samples.to_vec()))
}

/// The same numbers in the order of [`f64::total_cmp`].
pub(crate) fn ascending(numbers: Vec<f64>) -> Vec<f64> {
    // Whole numbers in the same order are sorted in half of the time.
    let mut keys: Vec<i64> = numbers
        .into_iter()
        .map(|number| mirrored(number.to_bits().cast_signed()))
        .collect();
    keys.sort_unstable();
    keys.into_iter()
        .map(|key| f64::from_bits(mirrored(key).cast_unsigned()))
        .collect()
}

/// Turns the bits of a float into a whole number that is compared as the float is, and back: sign and magnitude of
/// what is negative become two's complement.
fn mirrored(bits: i64) -> i64 {
    bits ^ (bits >> 63).cast_unsigned().wrapping_shr(1).cast_signed()
}

/// The median of samples already in order, of which there is at least one.
pub(crate) fn middle_of_sorted(ordered: &[f64]) -> f64 {
    let half = ordered.len() / 2;
    if ordered.len() % 2 == 1 {
        ordered[half]
    } else {
        mean_of(ordered[half - 1], ordered[half])
    }
}

/// Half-way between two numbers, halved before adding so that the sum cannot overflow.
pub(crate) fn mean_of(one: f64, other: f64) -> f64 {
    one / 2.0 + other / 2.0
}

/// The quantile of samples already in order, interpolated between neighbours.
///
/// Definition 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", *The American
/// Statistician* 50 (1996): the default of R and NumPy.
pub(crate) fn quantile_of_sorted(ordered: &[f64], probability: f64) -> f64 {
    let position = probability.clamp(0.0, 1.0) * (ordered.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = position.ceil() as usize;
    let weight = position - position.floor();
    // Two products rather than one difference: neighbours of opposite sign cannot overflow.
    ordered[below] * (1.0 - weight) + ordered[above] * weight
}

/// Twice the rank of each value, ranks counted from 1, equal values sharing the mean of theirs.
///
/// Doubling keeps the halves that ties bring whole, so that exact distributions over ranks can
/// be counted in integers.
pub(crate) fn doubled_mid_ranks(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
        for &index in equal {
            ranks[index] = 2 * before + equal.len() + 1;
        }
        before += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn quantiles_agree_with_numpy() {
        let fixture = load().quantiles;
        let ordered = sorted(&fixture.samples).unwrap();
        for (probability, expected) in fixture.at {
            assert_close(quantile_of_sorted(&ordered, probability), expected, 1e-14);
        }
    }

    #[test]
    fn order_is_that_of_total_cmp_bit_by_bit() {
        let numbers = vec![
            0.0,
            -0.0,
            1.5,
            -1.5,
            f64::MIN_POSITIVE,
            -f64::MIN_POSITIVE,
            f64::MAX,
            f64::MIN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            5e-324,
            -5e-324,
        ];
        let mut expected = numbers.clone();
        expected.sort_by(f64::total_cmp);
        let bits = |numbers: Vec<f64>| numbers.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(ascending(numbers)), bits(expected));
    }

    #[test]
    fn equal_values_share_the_mean_of_their_ranks() {
        assert_eq!(doubled_mid_ranks(&[5.0, 1.0, 5.0, 9.0]), [5, 2, 5, 8]);
        assert_eq!(doubled_mid_ranks(&[0.0, -0.0]), [3, 3]);
    }

    #[test]
    fn bad_samples_are_named_by_position() {
        assert_eq!(median(&[]), Err(StatisticsError::Empty));
        let infinite = StatisticsError::NotFinite {
            index: 1,
            value: f64::INFINITY,
        };
        assert_eq!(median(&[1.0, f64::INFINITY]), Err(infinite));
        let zero = StatisticsError::NotPositive {
            index: 2,
            value: 0.0,
        };
        assert_eq!(positive(&[1.0, 2.0, 0.0]), Err(zero));
    }

    #[test]
    fn no_scale_means_no_outliers() {
        assert_eq!(outliers(&[1.0, 1.0, 1.0, 50.0]), Ok(0));
    }

    #[test]
    fn the_median_of_huge_samples_does_not_overflow() {
        assert_eq!(median(&[f64::MAX, f64::MAX]), Ok(f64::MAX));
    }
}
