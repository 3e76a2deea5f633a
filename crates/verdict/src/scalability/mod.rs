//! Gunther's Universal Scalability Law, fitted to throughputs at several levels of concurrency.
//!
//! A fit does not show that the law describes a system: the points must be seen beside the curve,
//! and the curve says nothing far beyond the measured levels.

mod least_squares;

use crate::bootstrap::{Resampling, resample};
use crate::error::StatisticsError;
use crate::interval::Interval;
use crate::rng::Generator;
use crate::samples::{median, positive};

/// The fewest different levels for a fit of three parameters to mean anything.
pub const FEWEST_LEVELS: usize = 6;

/// The runs at one level of concurrency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level<'a> {
    /// How many workers, connections or tasks at once: N.
    pub concurrency: f64,
    /// The throughput of each run, in any unit.
    pub throughputs: &'a [f64],
}

/// X(N) = λN / (1 + σ(N − 1) + κN(N − 1)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scalability {
    /// λ: the throughput of one.
    pub throughput_of_one: f64,
    /// σ: the share of work that waits for its turn.
    pub contention: f64,
    /// κ: the cost of agreeing, paid by every pair.
    pub coherency: f64,
}

impl Scalability {
    /// The throughput that the law gives at a level.
    #[must_use]
    pub fn throughput(&self, concurrency: f64) -> f64 {
        let others = concurrency - 1.0;
        let waiting = self.contention * others;
        let agreeing = self.coherency * concurrency * others;
        self.throughput_of_one * concurrency / (1.0 + waiting + agreeing)
    }

    /// The level beyond which more concurrency gives less: √((1 − σ)/κ), or `None` where the
    /// curve never turns down, and 1 where it does from the start.
    #[must_use]
    pub fn peak_concurrency(&self) -> Option<f64> {
        let peak = ((1.0 - self.contention).max(0.0) / self.coherency).sqrt();
        (self.coherency > 0.0).then(|| peak.max(1.0))
    }
}

/// An interval for each parameter of the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScalabilityIntervals {
    /// The interval of λ.
    pub throughput_of_one: Interval,
    /// The interval of σ.
    pub contention: Interval,
    /// The interval of κ.
    pub coherency: Interval,
}

/// Fits the law to the median throughput of each level, by least squares with no parameter below
/// zero (Gunther, *Guerrilla Capacity Planning*, 2007, chapters 4 to 6).
///
/// Speed-up that is better than linear therefore ends with σ = 0, never with a negative share.
///
/// ```
/// use verdict::scalability::{Level, fit_scalability};
///
/// let runs = [[100.0], [180.2], [297.4], [428.3], [516.1], [490.0]];
/// let levels: Vec<Level> = runs.iter().enumerate().map(|(doublings, throughputs)| Level {
///     concurrency: f64::from(1 << doublings),
///     throughputs,
/// }).collect();
/// let law = fit_scalability(&levels)?;
/// assert!((law.contention - 0.1).abs() < 0.02 && law.coherency > 0.0);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When there are fewer than [`FEWEST_LEVELS`] different levels, a level below 1, or throughputs that
/// are missing, not finite, or not above zero.
pub fn fit_scalability(levels: &[Level<'_>]) -> Result<Scalability, StatisticsError> {
    check(levels)?;
    fit_medians(
        levels
            .iter()
            .map(|level| (level.concurrency, level.throughputs.to_vec())),
    )
}

/// Percentile bootstrap intervals of the three parameters, runs being drawn again within each
/// level.
///
/// They say how far the runs leave the parameters open, not whether the law holds; with one run a
/// level they would be of no width, so at least two are needed.
///
/// # Errors
/// The errors of [`fit_scalability`]; also when a level has fewer than 2 runs, or the number of
/// resamples is unreasonable.
pub fn scalability_intervals(
    levels: &[Level<'_>],
    resampling: &Resampling,
) -> Result<ScalabilityIntervals, StatisticsError> {
    check(levels)?;
    resampling.check()?;
    let given = levels
        .iter()
        .map(|level| level.throughputs.len())
        .min()
        .unwrap_or(0);
    if given < 2 {
        return Err(StatisticsError::TooFew {
            what: "runs at a level",
            needed: 2,
            given,
        });
    }
    let mut generator = Generator::new(resampling.seed);
    let mut drawn = Vec::with_capacity(resampling.resamples as usize);
    for _ in 0..resampling.resamples {
        // Within each level, not over all runs: the levels were chosen, and are no sample of any.
        let redrawn = levels.iter().map(|level| {
            (
                level.concurrency,
                resample(&mut generator, level.throughputs),
            )
        });
        drawn.push(fit_medians(redrawn)?);
    }
    Ok(ScalabilityIntervals {
        throughput_of_one: interval_of(&drawn, |law| law.throughput_of_one, resampling),
        contention: interval_of(&drawn, |law| law.contention, resampling),
        coherency: interval_of(&drawn, |law| law.coherency, resampling),
    })
}

/// The percentile interval of one parameter over the laws fitted to resamples.
fn interval_of(
    drawn: &[Scalability],
    parameter: fn(&Scalability) -> f64,
    resampling: &Resampling,
) -> Interval {
    let mut replicates: Vec<f64> = drawn.iter().map(parameter).collect();
    resampling.percentile_interval(&mut replicates)
}

fn check(levels: &[Level<'_>]) -> Result<(), StatisticsError> {
    let mut different: Vec<f64> = levels.iter().map(|level| level.concurrency).collect();
    different.sort_unstable_by(f64::total_cmp);
    different.dedup();
    // Below 1 the law has no meaning; beyond a thousand million n² leaves no digits for the rest.
    if let Some(&value) = different
        .iter()
        .find(|&&level| !(1.0..1e9).contains(&level))
    {
        return Err(StatisticsError::OutOfRange {
            what: "concurrency",
            value,
        });
    }
    if different.len() < FEWEST_LEVELS {
        let (needed, given) = (FEWEST_LEVELS, different.len());
        return Err(StatisticsError::TooFew {
            what: "levels",
            needed,
            given,
        });
    }
    levels
        .iter()
        .try_for_each(|level| positive(level.throughputs))
}

/// Scales the throughputs to at most 1 for the fit, and the result back.
fn fit_medians(
    levels: impl Iterator<Item = (f64, Vec<f64>)>,
) -> Result<Scalability, StatisticsError> {
    let points: Vec<(f64, f64)> = levels
        .map(|(concurrency, runs)| Ok((concurrency, median(&runs)?)))
        .collect::<Result<_, _>>()?;
    // The solver's limits are absolute, and the unit of a throughput is the caller's choice.
    let scale = points.iter().map(|point| point.1).fold(0.0, f64::max);
    let scaled: Vec<(f64, f64)> = points.iter().map(|&(n, x)| (n, x / scale)).collect();
    let [one, per_other, per_pair] = least_squares::fit_denominator(&scaled);
    Ok(Scalability {
        throughput_of_one: scale / one,
        contention: per_other / one,
        coherency: per_pair / one,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::load;

    fn fitted(concurrency: &[f64], throughputs: &[f64]) -> Result<Scalability, StatisticsError> {
        let level = |(&concurrency, throughput)| Level {
            concurrency,
            throughputs: std::slice::from_ref(throughput),
        };
        fit_scalability(
            &concurrency
                .iter()
                .zip(throughputs)
                .map(level)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn fits_agree_with_scipy() {
        for case in load().scalability {
            let law = fitted(&case.levels, &case.throughputs).unwrap();
            let miss = |(&n, x): (&f64, &f64)| (law.throughput(n) - x).powi(2);
            let squares: f64 = case.levels.iter().zip(&case.throughputs).map(miss).sum();
            assert!(
                squares <= case.squares * (1.0 + 1e-6),
                "{squares} over {}",
                case.squares
            );
            assert!((law.throughput_of_one / case.one - 1.0).abs() < 1e-3);
            assert!((law.contention - case.contention).abs() < 1e-4, "{law:?}");
            assert!((law.coherency - case.coherency).abs() < 1e-5, "{law:?}");
        }
    }

    #[test]
    fn throughputs_made_by_the_law_give_it_back() {
        let levels = [1.0, 3.0, 10.0, 100.0, 1000.0, 10_000.0];
        let law = Scalability {
            throughput_of_one: 7e6,
            contention: 0.004,
            coherency: 1.5e-6,
        };
        let found = fitted(&levels, &levels.map(|n| law.throughput(n))).unwrap();
        assert!(
            (found.contention / law.contention - 1.0).abs() < 1e-6,
            "{found:?}"
        );
        assert!(
            (found.coherency / law.coherency - 1.0).abs() < 1e-6,
            "{found:?}"
        );
        assert!((found.peak_concurrency().unwrap() - 814.8).abs() < 0.2);
    }

    #[test]
    fn super_linear_throughput_has_no_negative_contention() {
        let levels = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let law = fitted(&levels, &levels.map(|n: f64| n.powf(1.2))).unwrap();
        assert_eq!(
            (law.contention, law.coherency, law.peak_concurrency()),
            (0.0, 0.0, None)
        );
    }

    #[test]
    fn throughput_that_only_falls_peaks_at_one() {
        let levels = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let law = fitted(&levels, &levels.map(|n: f64| 100.0 / (n * n))).unwrap();
        assert_eq!(law.peak_concurrency(), Some(1.0));
    }

    #[test]
    fn intervals_hold_the_law_and_need_two_runs_a_level() {
        let law = Scalability {
            throughput_of_one: 50.0,
            contention: 0.1,
            coherency: 0.002,
        };
        let mut noise = Generator::new(11);
        let concurrency = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let runs = concurrency
            .map(|n| [(); 10].map(|()| law.throughput(n) * (0.02 * noise.normal()).exp()));
        let levels = |taken: usize| -> Vec<Level<'_>> {
            let cut = |(&concurrency, runs)| {
                let runs: &[f64; 10] = runs;
                Level {
                    concurrency,
                    throughputs: &runs[..taken],
                }
            };
            concurrency.iter().zip(&runs).map(cut).collect()
        };
        let resampling = Resampling {
            resamples: 200,
            ..Resampling::seeded(3)
        };
        let found = scalability_intervals(&levels(10), &resampling).unwrap();
        assert!(found.contention.contains(0.1), "{found:?}");
        assert!(found.coherency.contains(0.002), "{found:?}");
        assert!(scalability_intervals(&levels(1), &resampling).is_err());
    }

    #[test]
    fn levels_that_cannot_be_fitted_are_typed_errors() {
        let six = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert!(fitted(&six[..5], &six[..5]).is_err());
        assert!(fitted(&[1.0, 1.0, 2.0, 3.0, 4.0, 5.0], &six).is_err());
        assert!(fitted(&[0.0, 2.0, 3.0, 4.0, 5.0, 6.0], &six).is_err());
        assert!(fitted(&[f64::NAN, 2.0, 3.0, 4.0, 5.0, 6.0], &six).is_err());
        assert!(fitted(&six, &[1.0, 2.0, 0.0, 4.0, 5.0, 6.0]).is_err());
        assert!(fit_scalability(&[]).is_err());
    }
}
