//! Student's t with whole degrees of freedom: the two-sided p value and its inverse.
//!
//! Formulas: Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), 26.7.3 and
//! 26.7.4, finite sums that need no gamma function. Being one minus a sum, the result is precise
//! to about 1e-15 absolutely, not relatively: enough for a drift that is shown, not adjusted.

use std::f64::consts::FRAC_2_PI;
use std::sync::OnceLock;

use crate::interval::Confidence;

/// The probability of a t at least as far from zero, given at least one degree of freedom.
pub(crate) fn student_two_sided(t: f64, degrees: u32) -> f64 {
    let angle = (t.abs() / f64::from(degrees).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    // The finite sums differ for odd and even degrees, as the integral of a power of cosine does.
    let inside = if degrees % 2 == 1 {
        let first = if degrees == 1 { 0.0 } else { cosine };
        FRAC_2_PI * (angle + sine * power_series(first, cosine, 3, degrees))
    } else {
        sine * power_series(1.0, cosine, 2, degrees)
    };
    // Far in the tail rounding can carry `inside` past 1, and a p value must not be negative.
    (1.0 - inside).clamp(0.0, 1.0)
}

/// first · (1 + (d−1)/d · cos² + (d−1)(d+1)/(d(d+2)) · cos⁴ + …) up to d = degrees − 2.
fn power_series(first: f64, cosine: f64, start: u32, degrees: u32) -> f64 {
    let mut term = first;
    let mut sum = first;
    for divisor in (start..degrees.saturating_sub(1)).step_by(2).map(f64::from) {
        term *= cosine * cosine * (divisor - 1.0) / divisor;
        sum += term;
    }
    sum
}

/// The t that is exceeded in absolute value with the probability that the confidence leaves, by
/// halving.
pub(crate) fn student_quantile(confidence: Confidence, degrees: u32) -> f64 {
    let missed = 1.0 - confidence.level();
    let (mut low, mut high) = (0.0, 1e6);
    // Eighty halvings take a width of a million below the precision of a double.
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if student_two_sided(middle, degrees) > missed {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The quantile at 95 %, found once for each of so many degrees of freedom and then kept: a report of several hosts
/// asks for that of the same degrees for each of its hosts and ratios.
pub(crate) fn student_quantile_95(degrees: u32) -> f64 {
    static KEPT: [OnceLock<f64>; 512] = [const { OnceLock::new() }; 512];
    match KEPT.get(degrees as usize) {
        Some(kept) => *kept.get_or_init(|| student_quantile(Confidence::NINETY_FIVE, degrees)),
        None => student_quantile(Confidence::NINETY_FIVE, degrees),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::load;

    #[test]
    fn p_values_agree_with_scipy() {
        for (t, degrees, expected) in load().student {
            let found = student_two_sided(t, degrees);
            assert!(
                (found - expected).abs() < 1e-13,
                "t {t}, degrees {degrees}: {found}"
            );
        }
    }

    #[test]
    fn quantiles_are_those_of_printed_tables() {
        for (degrees, expected) in [(2, 4.303), (4, 2.776), (10, 2.228), (30, 2.042)] {
            let found = student_quantile(Confidence::NINETY_FIVE, degrees);
            assert!((found - expected).abs() < 5e-4, "{degrees}: {found}");
        }
    }

    #[test]
    fn what_is_kept_is_what_is_found() {
        for degrees in [3, 3, 511, 512, 4095] {
            let found = student_quantile(Confidence::NINETY_FIVE, degrees);
            assert_eq!(student_quantile_95(degrees), found, "{degrees}");
        }
    }

    #[test]
    fn an_infinite_t_has_no_chance() {
        assert!(student_two_sided(f64::INFINITY, 9) < 1e-15);
    }
}
