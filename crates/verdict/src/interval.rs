//! A pair of bounds, and how sure one wants to be of it.
//!
//! Plain values: which method made the bounds is the business of the module that gives them.

use crate::distributions::upper_quantile;
use crate::error::StatisticsError;

/// How often, in repeated experiments, an interval should hold the true value.
///
/// ```
/// use verdict::Confidence;
///
/// assert_eq!(Confidence::new(0.95), Ok(Confidence::NINETY_FIVE));
/// assert!(Confidence::new(95.0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence(f64);

impl Confidence {
    /// 95 %, for intervals that are shown.
    pub const NINETY_FIVE: Confidence = Confidence(0.95);
    /// 90 %, whose interval decides equivalence at 5 %.
    pub const NINETY: Confidence = Confidence(0.90);

    /// A level strictly between 0 and 1.
    ///
    /// # Errors
    /// When the number is any other.
    pub fn new(level: f64) -> Result<Confidence, StatisticsError> {
        if level > 0.0 && level < 1.0 {
            Ok(Confidence(level))
        } else {
            Err(StatisticsError::OutOfRange {
                what: "confidence",
                value: level,
            })
        }
    }

    /// The level as a fraction.
    #[must_use]
    pub fn level(self) -> f64 {
        self.0
    }

    /// The fewest paired or single samples from which an exact interval at this level exists.
    ///
    /// The widest rank interval, from the smallest value to the largest, misses with probability
    /// 2¹⁻ⁿ, whether it is of a median or of a Hodges–Lehmann shift.
    ///
    /// ```
    /// assert_eq!(verdict::Confidence::NINETY_FIVE.fewest_samples(), 6);
    /// ```
    #[must_use]
    pub fn fewest_samples(self) -> u32 {
        // 1 − level is above 1e-16 for every level below 1, so the search ends before 64.
        (1..64)
            .find(|&n| 0.5_f64.powi(n) <= self.one_tail())
            .map_or(64, |n| n as u32)
    }

    /// How many standard errors a normal interval reaches to either side.
    pub(crate) fn normal_quantile(self) -> f64 {
        upper_quantile(self.one_tail())
    }

    /// What may be missed on either side.
    pub(crate) fn one_tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }
}

/// A lower and an upper bound, both belonging to the interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The smallest value held.
    pub lower: f64,
    /// The largest value held.
    pub upper: f64,
}

impl Interval {
    /// Whether the value lies between the bounds or on one.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Whether the whole of this interval lies inside another.
    #[must_use]
    pub fn lies_inside(&self, other: &Interval) -> bool {
        other.lower <= self.lower && self.upper <= other.upper
    }

    /// Whether the two have no value in common.
    #[must_use]
    pub fn lies_outside(&self, other: &Interval) -> bool {
        self.upper < other.lower || other.upper < self.lower
    }

    /// The x of "± x" of an interval of a ratio: 0.02 is ± 2 %.
    ///
    /// √(upper ÷ lower) − 1, which is half of the width on the scale of logarithms and therefore
    /// the same when the arms are swapped.
    #[must_use]
    pub fn relative_half_width(&self) -> f64 {
        self.log_half_width().exp_m1()
    }

    /// Half of the width between the logarithms of the bounds.
    pub(crate) fn log_half_width(&self) -> f64 {
        (self.upper.ln() - self.lower.ln()) / 2.0
    }

    /// The same bounds, from logarithms back to ratios.
    pub(crate) fn exp(&self) -> Interval {
        Interval {
            lower: self.lower.exp(),
            upper: self.upper.exp(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_intervals_overlap() {
        let one = Interval {
            lower: 0.5,
            upper: 1.0,
        };
        let next = Interval {
            lower: 1.0,
            upper: 2.0,
        };
        assert!(!one.lies_outside(&next));
        assert!(one.lies_outside(&Interval {
            lower: 1.1,
            upper: 2.0
        }));
        assert!(one.lies_inside(&one));
    }

    #[test]
    fn the_half_width_of_a_ratio_ignores_which_arm_is_on_top() {
        let ratio = Interval {
            lower: 0.5,
            upper: 0.6,
        };
        let inverse = Interval {
            lower: 1.0 / 0.6,
            upper: 2.0,
        };
        let difference = ratio.relative_half_width() - inverse.relative_half_width();
        assert!(difference.abs() < 1e-15);
    }

    #[test]
    fn levels_outside_zero_to_one_are_refused() {
        for level in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
            assert!(Confidence::new(level).is_err(), "{level}");
        }
    }

    #[test]
    fn the_fewest_samples_of_usual_and_extreme_levels() {
        let fewest = |level| Confidence::new(level).unwrap().fewest_samples();
        assert_eq!([fewest(0.9), fewest(0.95), fewest(0.99)], [5, 6, 8]);
        assert_eq!(fewest(1.0 - f64::EPSILON / 2.0), 54);
        assert_eq!(fewest(1e-300), 1);
    }
}
