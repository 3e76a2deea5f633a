//! What predictions got wrong before, taken off where as much is to be expected again.
//!
//! Rules leave things out, and what that comes to is much the same for runs that are alike. So the error of a prediction (the logarithm of what is
//! predicted over what was measured) is taken as a function of the run's [`features`]: a Gaussian process with the mean 0, one for each variant, that has seen
//! the errors at the points of the machine's own calibration and those of [`past`] comparisons. It is the discrepancy of Kennedy and O'Hagan ("Bayesian
//! calibration of computer models", *Journal of the Royal Statistical Society B* 63, 2001); its mean is equation 2.25 of Rasmussen and Williams (*Gaussian
//! Processes for Machine Learning*, 2006). Far from all that was seen nothing is expected, and nothing is taken off.

mod features;
mod past;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bounds::is_at_rate;
use crate::calibration::Point;
use crate::equations::solved;
use crate::simulated::{Asked, Simulated};
use crate::typical::Typical;
use features::{Features, features, rounded};
pub use past::PastError;
pub(crate) use past::stored;

/// How far apart two runs are, in features, for what is known of one to tell little of the other: the length of the process.
const LENGTH: f64 = 1.9;
/// The variance of what a comparison adds by chance, over that of errors themselves.
const CHANCE: f64 = 0.3;
/// An error beyond this, as a logarithm, counts as this: a single one is not to decide.
const LARGEST: f64 = 0.5;

/// What is to be taken off, by variant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Corrections(BTreeMap<String, Correction>);

/// The runs of one variant whose errors are known, and what each of them has a say in an expected error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Correction {
    seen: Vec<Features>,
    of_time: Vec<f64>,
    of_cpu: Vec<f64>,
}

impl Corrections {
    /// Those of variants that have errors of a calibration's own, by these and by past ones on as many processors.
    pub(crate) fn of(own: &[PastError], past: &[PastError]) -> Corrections {
        let mut seen: BTreeMap<&str, Vec<&PastError>> = BTreeMap::new();
        for error in own {
            seen.entry(&error.variant).or_default().push(error);
        }
        let processors = own.first().map(|error| error.processors);
        for error in past.iter().filter(|one| Some(one.processors) == processors) {
            if let Some(others) = seen.get_mut(error.variant.as_str()) {
                others.push(error);
            }
        }
        let each = seen.into_iter();
        let all = each.map(|(variant, errors)| (variant.to_owned(), Correction::of(&errors)));
        Corrections(all.collect())
    }

    /// The figures of a run with what is expected of their errors taken off. Nothing is known of those of open loops that keep up with their arrivals.
    pub(crate) fn corrected(&self, asked: &Asked<'_>, typical: &Typical) -> Simulated {
        let run = typical.run;
        let known = self.0.get(asked.variant);
        let Some(correction) = known.filter(|_| !is_at_rate(asked, &run)) else {
            return run;
        };
        let (of_time, of_cpu) = correction.expected(&features(asked, typical));
        Simulated {
            time: run.time * (-of_time).exp(),
            cpu: run.cpu * (-of_cpu).exp(),
            ..run
        }
    }
}

impl Correction {
    fn of(errors: &[&PastError]) -> Correction {
        let seen: Vec<Features> = errors.iter().map(|error| error.features).collect();
        let rows = seen.iter().enumerate().map(|(at, one)| {
            let likenesses = seen.iter().map(|other| likeness(one, other));
            let mut row: Vec<f64> = likenesses.collect();
            row[at] += CHANCE;
            row
        });
        let known: Vec<Vec<f64>> = rows.collect();
        Correction {
            of_time: weights(&known, errors.iter().map(|error| error.of_time)),
            of_cpu: weights(&known, errors.iter().map(|error| error.of_cpu)),
            seen,
        }
    }

    /// The errors of time and of CPU that are to be expected.
    fn expected(&self, features: &Features) -> (f64, f64) {
        let likenesses = self.seen.iter().map(|one| likeness(one, features));
        let weights = self.of_time.iter().zip(&self.of_cpu);
        likenesses
            .zip(weights)
            .fold((0.0, 0.0), |(time, cpu), (likeness, (of_time, of_cpu))| {
                (time + likeness * of_time, cpu + likeness * of_cpu)
            })
    }
}

/// What each of these errors has a say in an expected one, by how much they have in common.
fn weights(known: &[Vec<f64>], errors: impl Iterator<Item = f64>) -> Vec<f64> {
    let bounded = errors.map(|error| error.clamp(-LARGEST, LARGEST));
    solved(known.to_vec(), bounded.collect())
}

/// The covariance of the errors of two runs, over their variance: 1 where these are the same.
fn likeness(one: &Features, other: &Features) -> f64 {
    let squares = one.iter().zip(other).map(|(a, b)| (a - b).powi(2));
    (-squares.sum::<f64>() / (2.0 * LENGTH.powi(2))).exp()
}

/// How far a run as simulations see it is off a measured point of it; `None` where there is no such figure.
pub(crate) fn error_of(asked: &Asked<'_>, typical: &Typical, point: &Point) -> Option<PastError> {
    let time = point.typical(|run| Some(run.time))?;
    let cpu = point.typical(|run| Some(run.cpu))?;
    let found = PastError {
        group: String::new(),
        variant: point.variant.clone(),
        processors: asked.processors,
        features: features(asked, typical),
        of_time: rounded((typical.run.time / time).ln()),
        of_cpu: rounded((typical.run.cpu / cpu).ln()),
    };
    let figures = found.features.into_iter();
    let mut all = figures.chain([found.of_time, found.of_cpu]);
    (asked.workload.rate.is_none() && all.all(f64::is_finite)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::points::{PACED, POOL, workloads};
    use protocol::Rate;

    /// An error of time, of runs under the pool that are so far along every feature.
    fn error(place: f64, of_time: f64, processors: u64) -> PastError {
        PastError {
            group: String::new(),
            variant: POOL.to_owned(),
            processors,
            features: [place; 10],
            of_time,
            of_cpu: -of_time,
        }
    }

    fn expected(own: &[PastError], past: &[PastError], place: f64) -> f64 {
        let corrections = Corrections::of(own, past);
        let (of_time, of_cpu) = corrections.0[POOL].expected(&[place; 10]);
        assert!((of_time + of_cpu).abs() < 1e-12, "{of_time} {of_cpu}");
        of_time
    }

    #[test]
    fn what_was_wrong_is_expected_of_runs_that_are_alike_and_of_no_others() {
        let past = [error(0.0, 0.2, 2), error(9.0, -0.2, 2)];
        let own = [error(5.0, 0.0, 2)];
        let known = 0.2 / (1.0 + CHANCE);
        assert!((expected(&own, &past, 0.0) - known).abs() < 1e-3);
        assert!((expected(&own, &past, 9.0) + known).abs() < 1e-3);
        assert!(expected(&own, &past, 30.0).abs() < 1e-9);
        // What was seen more often is more certain.
        let twice = [error(0.0, 0.2, 2), error(0.0, 0.2, 2)];
        assert!(expected(&own, &twice, 0.0) > known + 0.01);
    }

    #[test]
    fn a_single_error_counts_as_the_largest_at_the_most() {
        let own = [error(0.0, 3.0, 2)];
        let found = expected(&own, &[], 0.0);
        assert!((found - LARGEST / (1.0 + CHANCE)).abs() < 1e-9, "{found}");
    }

    #[test]
    fn errors_on_other_processors_and_of_variants_that_are_not_calibrated_say_nothing() {
        let own = [error(0.0, 0.0, 2)];
        assert!(expected(&own, &[error(0.0, 0.3, 1)], 0.0).abs() < 1e-12);
        let other = PastError {
            variant: "threads/spawn".to_owned(),
            ..error(0.0, 0.3, 2)
        };
        let corrections = Corrections::of(&own, &[other]);
        assert!(corrections.0.keys().eq([POOL]));
    }

    /// A run of 1 ms a task at a rate, whose like was predicted to take too long, and what becomes of it.
    fn corrected(rate: Option<Rate>) -> (Simulated, Simulated) {
        let mut all = workloads().into_iter();
        let workload = protocol::Workload {
            rate,
            ..all.find(|workload| workload.name == PACED).unwrap()
        };
        let typical = Typical {
            run: Simulated {
                time: 1e-3,
                cpu: 1e-5,
                ..Simulated::default()
            },
            spread: (0.0, 0.0),
            demands: crate::bounds::Demands::default(),
            bracket: (1e-3, 1e-3),
        };
        let asked = Asked {
            workload: &workload,
            variant: POOL,
            kind: Kind::of(POOL).unwrap(),
            tasks: 1000,
            processors: 2,
        };
        let own = PastError {
            features: features(&asked, &typical),
            ..error(0.0, 0.2, 2)
        };
        let corrections = Corrections::of(&[own], &[]);
        (typical.run, corrections.corrected(&asked, &typical))
    }

    #[test]
    fn a_run_is_corrected_unless_it_keeps_up_with_its_arrivals() {
        let (before, paced) = corrected(Rate::new(1000));
        assert_eq!(before, paced);
        let (_, closed) = corrected(None);
        assert!(closed.time < 0.9e-3 && closed.cpu > 1.1e-5, "{closed:?}");
    }
}
