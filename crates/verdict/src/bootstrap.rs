//! Bootstrap intervals, for statistics that have no exact one.
//!
//! A percentile interval from few runs covers less than it promises (nominal 95 % is about 90 %
//! at 15 runs), so whatever has an exact interval uses that. The unit to resample is a run, one
//! fresh process: never the iterations inside it.

use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::rng::Generator;
use crate::samples::quantile_of_sorted;

/// The bounds on the number of resamples: fewer have no tails, more only cost time.
const RESAMPLES: std::ops::RangeInclusive<u32> = 100..=1_000_000;

/// How to resample: how often, from which seed, and for which confidence.
///
/// ```
/// let usual = verdict::Resampling::seeded(42);
/// assert_eq!((usual.resamples, usual.confidence.level()), (1000, 0.95));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// How many times, from 100 to a million.
    pub resamples: u32,
    /// The seed; the same seed gives the same interval.
    pub seed: u64,
    /// The confidence of the interval.
    pub confidence: Confidence,
}

impl Resampling {
    /// A thousand times, for 95 %.
    #[must_use]
    pub fn seeded(seed: u64) -> Resampling {
        Resampling {
            resamples: 1000,
            seed,
            confidence: Confidence::NINETY_FIVE,
        }
    }

    pub(crate) fn check(&self) -> Result<(), StatisticsError> {
        if RESAMPLES.contains(&self.resamples) {
            Ok(())
        } else {
            let value = f64::from(self.resamples);
            Err(StatisticsError::OutOfRange {
                what: "number of resamples",
                value,
            })
        }
    }

    /// The interval between the quantiles that leave one tail of the replicates on either side.
    pub(crate) fn percentile_interval(&self, replicates: &mut [f64]) -> Interval {
        // The order of equal numbers is invisible, so the sort that needs no memory will do.
        replicates.sort_unstable_by(f64::total_cmp);
        let tail = self.confidence.one_tail();
        let lower = quantile_of_sorted(replicates, tail);
        Interval {
            lower,
            upper: quantile_of_sorted(replicates, 1.0 - tail),
        }
    }
}

/// The percentile bootstrap interval of any statistic over runs (Efron, "Bootstrap Methods",
/// *Annals of Statistics* 7, 1979; Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993,
/// chapter 13).
///
/// ```
/// use verdict::{Resampling, bootstrap_interval};
///
/// let runs = [9.0, 10.0, 11.0, 10.5, 9.5, 10.2, 9.8, 10.1];
/// let mean = |runs: &[f64]| runs.iter().sum::<f64>() / runs.len() as f64;
/// let interval = bootstrap_interval(&runs, mean, &Resampling::seeded(1))?;
/// assert!(interval.contains(mean(&runs)));
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are fewer than 2 runs, an unreasonable number of resamples, or a statistic that is
/// not finite on one of them, named by its number.
pub fn bootstrap_interval<T: Clone>(
    runs: &[T],
    statistic: impl Fn(&[T]) -> f64,
    resampling: &Resampling,
) -> Result<Interval, StatisticsError> {
    resampling.check()?;
    // Resamples of a single run are all the same: the interval would have no width, and seem sure.
    if runs.len() < 2 {
        return Err(StatisticsError::TooFew {
            what: "runs",
            needed: 2,
            given: runs.len(),
        });
    }
    let mut generator = Generator::new(resampling.seed);
    let mut replicates = Vec::with_capacity(resampling.resamples as usize);
    for index in 0..resampling.resamples as usize {
        let value = statistic(&resample(&mut generator, runs));
        // Refused here, because in the order of `total_cmp` a NaN would pass for the largest
        // replicate and become a bound.
        if !value.is_finite() {
            return Err(StatisticsError::NotFinite { index, value });
        }
        replicates.push(value);
    }
    Ok(resampling.percentile_interval(&mut replicates))
}

/// A resample: as many runs again, each drawn from all of them.
pub(crate) fn resample<T: Clone>(generator: &mut Generator, runs: &[T]) -> Vec<T> {
    (0..runs.len())
        .map(|_| runs[generator.below(runs.len() as u64) as usize].clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(runs: &[f64]) -> f64 {
        runs.iter().sum::<f64>() / runs.len() as f64
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_theory() {
        let mut generator = Generator::new(5);
        let runs: Vec<f64> = (0..400).map(|_| generator.normal()).collect();
        let found = bootstrap_interval(&runs, mean, &Resampling::seeded(9)).unwrap();
        let half_width = (found.upper - found.lower) / 2.0;
        // 1.96/√400, give or take the noise of the sample and of the resampling.
        assert!((half_width - 0.098).abs() < 0.015, "{half_width}");
    }

    #[test]
    fn the_seed_decides_the_interval() {
        let runs: Vec<f64> = (0..20).map(f64::from).collect();
        let found = |seed| bootstrap_interval(&runs, mean, &Resampling::seeded(seed)).unwrap();
        assert_eq!(found(1), found(1));
        assert_ne!(found(1), found(2));
    }

    #[test]
    fn what_cannot_be_resampled_is_a_typed_error() {
        let usual = Resampling::seeded(1);
        assert!(bootstrap_interval(&[1.0], mean, &usual).is_err());
        assert!(bootstrap_interval(&[], mean, &usual).is_err());
        assert!(bootstrap_interval(&[1.0, 2.0], |_| f64::NAN, &usual).is_err());
        let few = Resampling {
            resamples: 1,
            ..usual
        };
        assert!(bootstrap_interval(&[1.0, 2.0], mean, &few).is_err());
    }
}
