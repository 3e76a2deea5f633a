//! The stopping rule: when to stop measuring, and what to measure next, by precision and never by
//! outcome.
//!
//! Stopping once a difference looks significant makes false differences several times as
//! frequent (Armitage, McPherson and Rowe, *Journal of the Royal Statistical Society A* 132,
//! 1969). Therefore these functions are given a [`Width`] and nothing else: from it, neither the
//! sign of a difference nor its p value can be had.

use crate::error::StatisticsError;
use crate::interval::Confidence;

/// How precisely a ratio is known after so many blocks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Width {
    /// The blocks measured.
    pub blocks: u32,
    /// The x of "± x" of the 95 % interval ([`Interval::relative_half_width`]), or `None` where
    /// there are too few blocks for an interval.
    ///
    /// [`Interval::relative_half_width`]: crate::Interval::relative_half_width
    pub half_width: Option<f64>,
}

impl Width {
    /// The half-width, taken to be infinite where there is no interval yet.
    fn or_infinite(self) -> f64 {
        self.half_width.unwrap_or(f64::INFINITY)
    }
}

/// The half-width at which to stop, 2 % unless said otherwise.
///
/// ```
/// use verdict::stopping::{Precision, Width};
///
/// let width = Width { blocks: 20, half_width: Some(0.041) };
/// let precision = Precision::default();
/// assert!(!precision.is_reached(width));
/// assert_eq!(precision.more_blocks(width), Some(63));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision(f64);

impl Default for Precision {
    fn default() -> Precision {
        Precision(0.02)
    }
}

impl Precision {
    /// A relative half-width above zero.
    ///
    /// # Errors
    /// When the number is zero, negative or not finite.
    pub fn new(relative: f64) -> Result<Precision, StatisticsError> {
        if relative > 0.0 && relative.is_finite() {
            Ok(Precision(relative))
        } else {
            Err(StatisticsError::OutOfRange {
                what: "precision",
                value: relative,
            })
        }
    }

    /// The half-width as a fraction.
    #[must_use]
    pub fn relative(self) -> f64 {
        self.0
    }

    /// Whether an interval exists and is as narrow as wanted.
    #[must_use]
    pub fn is_reached(self, width: Width) -> bool {
        width
            .half_width
            .is_some_and(|half_width| half_width <= self.0)
    }

    /// About how many blocks more would reach this precision: 0 when reached, `None` when that
    /// cannot be foretold (no usable width) or is beyond counting.
    ///
    /// Widths on the scale of logarithms shrink as 1/√n, since the variance of the
    /// Hodges–Lehmann estimate is proportional to 1/n (Hodges and Lehmann 1963). Without an
    /// interval, the answer is the blocks until there is one.
    #[must_use]
    pub fn more_blocks(self, width: Width) -> Option<u32> {
        if self.is_reached(width) {
            return Some(0);
        }
        match width.half_width {
            None => Some(blocks_until_interval(width.blocks).max(1)),
            Some(now) => more_blocks_at(width.blocks, now.ln_1p(), self.0.ln_1p()),
        }
    }

    /// Which widths are not yet as narrow as wanted, the widest first, by position.
    ///
    /// Those without an interval come before all others; equals keep their order.
    ///
    /// ```
    /// use verdict::stopping::{Precision, Width};
    ///
    /// let widths = [Some(0.01), Some(0.03), None, Some(0.05)]
    ///     .map(|half_width| Width { blocks: 12, half_width });
    /// assert_eq!(Precision::default().widest_first(&widths), [2, 3, 1]);
    /// ```
    #[must_use]
    pub fn widest_first(self, widths: &[Width]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..widths.len())
            .filter(|&index| !self.is_reached(widths[index]))
            .collect();
        // A stable sort: equal widths keep the order of the schedule, so that a run can be repeated.
        order.sort_by(|&a, &b| widths[b].or_infinite().total_cmp(&widths[a].or_infinite()));
        order
    }
}

/// How many blocks are missing until a 95 % interval exists.
pub(crate) fn blocks_until_interval(blocks: u32) -> u32 {
    Confidence::NINETY_FIVE
        .fewest_samples()
        .saturating_sub(blocks)
}

/// Blocks to add until a width that shrinks as 1/√n has come down from `now` to `wanted`.
pub(crate) fn more_blocks_at(blocks: u32, now: f64, wanted: f64) -> Option<u32> {
    let total = f64::from(blocks) * (now / wanted).powi(2);
    let more = total.ceil() - f64::from(blocks);
    // Written so that a NaN is not within the bound; the smallest useful answer is one block.
    (more <= MOST_FORETOLD).then_some((more as u32).max(1))
}

/// A forecast of more blocks than this is of no use to anybody.
const MOST_FORETOLD: f64 = 100_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(blocks: u32, half_width: f64) -> Width {
        Width {
            blocks,
            half_width: Some(half_width),
        }
    }

    #[test]
    fn half_the_width_takes_four_times_the_blocks() {
        assert_eq!(more_blocks_at(10, 0.04, 0.02), Some(30));
        assert_eq!(more_blocks_at(10, 0.02, 0.02), Some(1));
    }

    #[test]
    fn a_reached_precision_needs_no_more() {
        let precision = Precision::new(0.03).unwrap();
        assert_eq!(precision.more_blocks(at(8, 0.03)), Some(0));
        assert!(precision.widest_first(&[at(8, 0.01)]).is_empty());
    }

    #[test]
    fn without_an_interval_six_blocks_come_first() {
        let none = |blocks| Width {
            blocks,
            half_width: None,
        };
        assert_eq!(Precision::default().more_blocks(none(0)), Some(6));
        assert_eq!(Precision::default().more_blocks(none(4)), Some(2));
    }

    #[test]
    fn a_width_that_is_no_number_is_never_reached_and_never_foretold() {
        let precision = Precision::default();
        for half_width in [f64::NAN, f64::INFINITY, 1e300] {
            assert!(!precision.is_reached(at(30, half_width)));
            assert_eq!(precision.more_blocks(at(30, half_width)), None);
        }
        assert_eq!(
            precision.widest_first(&[at(9, f64::NAN), at(9, 0.5)]).len(),
            2
        );
    }

    #[test]
    fn equal_widths_keep_their_order() {
        let precision = Precision::default();
        assert_eq!(
            precision.widest_first(&[at(9, 0.1), at(9, 0.1), at(9, 0.2)]),
            [2, 0, 1]
        );
    }
}
