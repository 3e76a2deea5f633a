//! Statistics of paired comparisons: is this variant faster, and how sure is that?
//!
//! It serves comparisons of a few dozen runs a side, measured in blocks: each block runs every variant
//! once, so that slow changes of the machine meet all of them alike. From such samples this crate
//! computes the ratio of each variant to a reference with an exact interval, corrects for the
//! number of comparisons, and says *faster*, *slower* or *no practical difference* only where the
//! numbers carry it.
//!
//! ```
//! use verdict::{Comparison, Margin, Verdict, judge, paired_ratio};
//!
//! // Milliseconds, one entry per block: the reference, the reference again, two variants.
//! let reference = [101.0, 103.0, 99.0, 104.0, 100.0, 102.0, 98.0, 105.0, 101.5, 100.5];
//! let control = [102.0, 102.5, 99.5, 103.0, 100.5, 101.5, 98.5, 104.5, 101.0, 101.2];
//! let pool = [88.0, 91.0, 86.0, 92.0, 87.5, 89.0, 85.0, 93.0, 88.5, 87.0];
//! let spawn = [100.9, 102.8, 99.7, 104.1, 99.8, 102.1, 97.9, 104.7, 101.9, 100.1];
//!
//! let control = Some(paired_ratio(&control, &reference)?);
//! let against_reference = |times: &[f64]| -> Result<Comparison, verdict::StatisticsError> {
//!     Ok(Comparison { ratio: paired_ratio(times, &reference)?, control })
//! };
//! let family = [against_reference(&pool)?, against_reference(&spawn)?];
//! let judged = judge(&family, Margin::default())?;
//! assert_eq!(judged[0].verdict, Verdict::Faster);
//! assert_eq!(judged[1].verdict, Verdict::Equivalent);
//! # Ok::<(), verdict::StatisticsError>(())
//! ```
//!
//! Everything is a pure function of its arguments: no clock, no files, no hidden randomness, and
//! the same bytes in give the same numbers out. No input panics: what cannot be computed is a
//! [`StatisticsError`], and an interval for which there are too few samples is `None`.

mod bootstrap;
pub mod change_point;
mod control;
mod course;
pub mod crossover;
mod decision;
mod distributions;
mod drift;
mod equivalence;
mod error;
#[cfg(test)]
mod fixtures;
mod forecast;
pub mod hosts;
mod interval;
mod median_interval;
mod multiple;
mod ratio;
mod report;
pub mod rng;
mod samples;
pub mod scalability;
pub mod signed_rank;
pub mod slope;
pub mod stopping;
mod verdict;

pub use bootstrap::{Resampling, bootstrap_interval};
pub use decision::decide;
pub use drift::{Drift, drift};
pub use equivalence::{Margin, is_equivalent};
pub use error::StatisticsError;
pub use interval::{Confidence, Interval};
pub use median_interval::{MedianInterval, median_interval};
pub use multiple::{SIGNIFICANCE, fewest_blocks_for_verdict, holm};
pub use ratio::{PairedRatio, RatioIntervals, paired_ratio};
pub use report::{Comparison, Judgement, judge};
pub use samples::{median, outliers};
pub use verdict::{Suppression, Verdict};

/// The examples of the README, so that they run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
