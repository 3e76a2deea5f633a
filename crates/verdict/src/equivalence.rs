//! The difference too small to matter, and when a ratio is shown to be smaller than that.
//!
//! How large the margin should be is a question of purpose, not of statistics: it is given.

use crate::error::StatisticsError;
use crate::interval::Interval;

/// The relative difference that makes no practical difference: δ, 2 % unless said otherwise.
///
/// It stands for the ratios from 1/(1 + δ) to 1 + δ, which are the same ratios when the arms are
/// swapped.
///
/// ```
/// use verdict::Margin;
///
/// let margin = Margin::new(0.05)?;
/// assert_eq!(margin.ratios().upper, 1.05);
/// assert_eq!(Margin::default().relative(), 0.02);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin(f64);

impl Default for Margin {
    fn default() -> Margin {
        Margin(0.02)
    }
}

impl Margin {
    /// A margin of at least zero; zero leaves no room for equivalence.
    ///
    /// # Errors
    /// When the number is negative or not finite.
    pub fn new(relative: f64) -> Result<Margin, StatisticsError> {
        if relative >= 0.0 && relative.is_finite() {
            Ok(Margin(relative))
        } else {
            Err(StatisticsError::OutOfRange {
                what: "margin",
                value: relative,
            })
        }
    }

    /// δ as a fraction.
    #[must_use]
    pub fn relative(self) -> f64 {
        self.0
    }

    /// The ratios that make no practical difference.
    #[must_use]
    pub fn ratios(self) -> Interval {
        let upper = 1.0 + self.0;
        // The reciprocal, not 1 − δ: swapping the arms turns the ratio over, and must not change
        // whether it lies within the margin.
        Interval {
            lower: upper.recip(),
            upper,
        }
    }
}

/// Two one-sided tests at 5 %: is the ratio shown to lie within the margin?
///
/// The tests against "at most 1/(1 + δ)" and against "at least 1 + δ" both reject exactly when the
/// 90 % interval lies within the margin (Schuirmann, *Journal of Pharmacokinetics and
/// Biopharmaceutics* 15, 1987), so no second p value is computed.
///
/// ```
/// use verdict::{Interval, Margin, is_equivalent};
///
/// assert!(is_equivalent(&Interval { lower: 0.990, upper: 1.012 }, Margin::default()));
/// assert!(!is_equivalent(&Interval { lower: 0.990, upper: 1.025 }, Margin::default()));
/// ```
#[must_use]
pub fn is_equivalent(interval_at_90: &Interval, margin: Margin) -> bool {
    interval_at_90.lies_inside(&margin.ratios())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_on_the_margin_are_inside_it() {
        let margin = Margin::default();
        assert!(is_equivalent(&margin.ratios(), margin));
    }

    #[test]
    fn bounds_that_are_no_numbers_are_never_equivalent() {
        let unknown = Interval {
            lower: f64::NAN,
            upper: f64::NAN,
        };
        assert!(!is_equivalent(&unknown, Margin::default()));
    }

    #[test]
    fn impossible_margins_are_refused() {
        for relative in [-0.02, f64::NAN, f64::INFINITY] {
            assert!(Margin::new(relative).is_err(), "{relative}");
        }
    }
}
