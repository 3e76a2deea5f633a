//! The slope of a straight line through points: what one more of something costs.

use crate::distributions::student_quantile;
use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::samples::{finite, sorted};

/// The fewest points at different places for a slope with an interval.
pub const FEWEST_POINTS: usize = 4;

/// A slope, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// The rise per unit.
    pub slope: f64,
    /// Student's interval of it.
    pub interval: Interval,
    /// The height at zero.
    pub intercept: f64,
}

/// The least-squares line through points (x, y), with Student's interval of its slope (Draper and
/// Smith, *Applied Regression Analysis*, 1998, chapter 1), which takes the deviations to be
/// independent and of one width.
///
/// ```
/// let points = [(1.0, 3.0), (2.0, 5.0), (3.0, 7.0), (4.0, 9.0)];
/// let line = verdict::slope::slope(&points, verdict::Confidence::NINETY_FIVE)?;
/// assert_eq!((line.slope, line.intercept), (2.0, 1.0));
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are fewer than [`FEWEST_POINTS`] different places, or a number is not finite.
pub fn slope(points: &[(f64, f64)], confidence: Confidence) -> Result<Slope, StatisticsError> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let mut places = sorted(&xs)?;
    finite(&ys)?;
    // Different places are counted, not points: repeats at one place say nothing about a slope.
    places.dedup();
    if places.len() < FEWEST_POINTS {
        return Err(StatisticsError::TooFew {
            what: "points",
            needed: FEWEST_POINTS,
            given: places.len(),
        });
    }
    // Sums are taken about the means, because with large x the textbook formula of raw sums
    // subtracts two nearly equal numbers.
    let (x_mean, y_mean) = (mean(&xs), mean(&ys));
    let spread: f64 = xs.iter().map(|x| (x - x_mean).powi(2)).sum();
    let joint: f64 = points
        .iter()
        .map(|(x, y)| (x - x_mean) * (y - y_mean))
        .sum();
    let slope = joint / spread;
    let intercept = y_mean - slope * x_mean;
    let misses = points
        .iter()
        .map(|(x, y)| (y - intercept - slope * x).powi(2));
    // The line itself takes two: its slope and its height.
    let degrees = points.len() - 2;
    let error = (misses.sum::<f64>() / degrees as f64 / spread).sqrt();
    let half = student_quantile(confidence, degrees as u32) * error;
    Ok(Slope {
        slope,
        interval: Interval {
            lower: slope - half,
            upper: slope + half,
        },
        intercept,
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_noise_has_the_textbook_interval() {
        // Deviations +1, -1, -1, +1 leave the slope alone: spread 5, squares 4, two degrees.
        let points = [(1.0, 4.0), (2.0, 4.0), (3.0, 6.0), (4.0, 10.0)];
        let found = slope(&points, Confidence::NINETY_FIVE).unwrap();
        assert!((found.slope - 2.0).abs() < 1e-12 && (found.intercept - 1.0).abs() < 1e-12);
        let half = 4.303 * (2.0_f64 / 5.0).sqrt();
        assert!(
            (found.interval.upper - 2.0 - half).abs() < 1e-3,
            "{found:?}"
        );
    }

    #[test]
    fn too_few_places_are_a_typed_error() {
        let same = [(1.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0)];
        assert!(slope(&same, Confidence::NINETY_FIVE).is_err());
        assert!(slope(&[], Confidence::NINETY_FIVE).is_err());
        let bad = [(1.0, f64::NAN), (2.0, 2.0), (3.0, 3.0), (4.0, 4.0)];
        assert!(slope(&bad, Confidence::NINETY_FIVE).is_err());
    }
}
