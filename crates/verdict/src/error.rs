//! What can be wrong with the numbers handed to this crate.
//!
//! One enum for the whole crate: a caller treats every bad input alike, as a row that cannot be
//! judged. Too few samples for an interval is not an error, and is told by an `Option` instead.

use thiserror::Error;

/// Why a statistic could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum StatisticsError {
    /// There is nothing to compute from.
    #[error("no samples")]
    Empty,
    /// A sample is NaN or infinite.
    #[error("sample {index} is {value}, not a finite number")]
    NotFinite {
        /// Position of the sample, from 0.
        index: usize,
        /// The sample.
        value: f64,
    },
    /// A sample that must have a logarithm is zero or negative.
    #[error("sample {index} is {value}, not above zero")]
    NotPositive {
        /// Position of the sample, from 0.
        index: usize,
        /// The sample.
        value: f64,
    },
    /// The ratio of one pair is too large or too small for a floating-point number.
    #[error("the ratio of pair {index} cannot be represented")]
    RatioOutOfRange {
        /// Position of the pair, from 0.
        index: usize,
    },
    /// The two arms of a paired comparison have different lengths.
    #[error("{variant} samples of the variant against {reference} of the reference")]
    UnequalLengths {
        /// How many samples the variant has.
        variant: usize,
        /// How many samples the reference has.
        reference: usize,
    },
    /// Fewer samples or levels than the method is defined for.
    #[error("{needed} {what} are needed, {given} given")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// The fewest that do.
        needed: usize,
        /// How many there were.
        given: usize,
    },
    /// More samples than the method, whose memory grows with their square, accepts.
    #[error("at most {most} samples are accepted, {given} given")]
    TooMany {
        /// The most that are accepted.
        most: usize,
        /// How many there were.
        given: usize,
    },
    /// Every sample is the same, so that no correlation exists.
    #[error("every sample is the same")]
    Constant,
    /// A parameter lies outside the range in which it means anything.
    #[error("{what} is {value}, outside its range")]
    OutOfRange {
        /// Which parameter.
        what: &'static str,
        /// Its value.
        value: f64,
    },
}
