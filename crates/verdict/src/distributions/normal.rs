//! The standard normal distribution: its upper tail and the inverse of that.
//!
//! Both keep relative precision far into the tail, since Holm multiplies small p values.
//! Formulas: Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), section 26.2.

use std::f64::consts::PI;

/// Where the continued fraction takes over from the series: both have full precision here.
const SERIES_ENDS: f64 = 2.5;

/// Terms of the continued fraction; from [`SERIES_ENDS`] on, about half of them would do.
const FRACTION_TERMS: u32 = 80;

/// The probability of a deviate at least as far from zero as `z`.
pub(crate) fn two_sided(z: f64) -> f64 {
    (2.0 * upper_tail(z.abs())).min(1.0)
}

/// The deviate that is exceeded with probability `tail`, which lies between 0 and 1.
///
/// The start is A&S 26.2.23 (error below 4.5e-4); each Newton step squares the error.
pub(crate) fn upper_quantile(tail: f64) -> f64 {
    // The approximation holds on one side only; the distribution is symmetric.
    if tail > 0.5 {
        return -upper_quantile(1.0 - tail);
    }
    let t = (-2.0 * tail.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let under = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = t - above / under;
    // Three steps take an error of 4.5e-4 below the precision of a double; a test of convergence
    // would cost more than the step that it might save.
    for _ in 0..3 {
        z += (upper_tail(z) - tail) / density(z);
    }
    z
}

fn upper_tail(z: f64) -> f64 {
    if z < 0.0 {
        1.0 - upper_tail(-z)
    } else if z < SERIES_ENDS {
        0.5 - density(z) * odd_series(z)
    } else {
        density(z) / mills_fraction(z)
    }
}

fn density(z: f64) -> f64 {
    (-z * z / 2.0).exp() / (2.0 * PI).sqrt()
}

/// A&S 26.2.11: z + z³/3 + z⁵/(3·5) + …, whose terms are all of one sign.
fn odd_series(z: f64) -> f64 {
    let mut term = z;
    let mut sum = z;
    let mut odd = 3.0;
    // The terms only fall from here on: what is smaller than this no longer changes the sum.
    while term > sum * f64::EPSILON / 4.0 {
        term *= z * z / odd;
        sum += term;
        odd += 2.0;
    }
    sum
}

/// A&S 26.2.14: z + 1/(z + 2/(z + 3/(z + …))), from the inside out.
fn mills_fraction(z: f64) -> f64 {
    (1..=FRACTION_TERMS)
        .rev()
        .fold(z, |inner, k| z + f64::from(k) / inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn tails_agree_with_scipy() {
        for (z, expected) in load().normal.upper_tail {
            assert_close(upper_tail(z), expected, 1e-12);
        }
    }

    #[test]
    fn quantiles_agree_with_scipy() {
        for (tail, expected) in load().normal.quantile_of_upper_tail {
            assert!((upper_quantile(tail) - expected).abs() < 1e-12, "{tail}");
        }
    }

    #[test]
    fn both_tails_together_never_exceed_one() {
        assert_eq!(two_sided(0.0), 1.0);
        assert_close(two_sided(-1.959_963_984_540_054), 0.05, 1e-13);
    }
}
