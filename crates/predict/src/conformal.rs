//! Intervals: how far predictions were from measurements of the same regime, on workloads that no fit had seen.
//!
//! A split-conformal interval (Vovk, Gammerman and Shafer, *Algorithmic Learning in a Random World*, 2005): the 90 % quantile
//! of past errors, as logarithms of ratios, covers the next one as often, as long as that is of the same kind. Errors
//! are in units of how far the fitted simulations are apart, so that an interval is wide where these disagree.

use protocol::{Step, Workload};

use crate::kind::Kind;
use crate::program::is_wait;

/// How often an interval covers what is measured.
pub const COVERAGE: f64 = 0.9;
/// No interval is narrower: what measuring itself reaches with few blocks.
pub const NARROWEST: f64 = 0.05;
/// Added to the disagreement of simulations: what all of them have wrong in common.
pub(crate) const COMMON: f64 = 0.05;
/// About the noise of the calibrations of the stored sets, see [`crate::calibration::Calibration::noise`]: a machine with no more has the
/// intervals of past errors.
const QUIET: f64 = 0.035;
/// How far off predictions were in common, as a standard deviation, for each of the noise beyond that: 0.155 on the machine of
/// the hold-out, whose noise was 0.097. Such a machine has another speed from minute to minute.
const OFF_BY_NOISE: f64 = 1.7;
/// Standard deviations of a normal distribution to either side that cover nine of ten.
const DEVIATIONS: f64 = 1.645;
/// CPU a task is refused where the interval is wider than this, on either side.
pub(crate) const WIDEST_CPU: f64 = 0.5;

/// Kinds of runs whose predictions err alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// Most of a task is waiting for the service or a timer, and lanes or little else limit it.
    Waiting,
    /// Requests or timers, with cores, a thread or the service busy.
    Busy,
    /// Blocking calls without requests and timers.
    Calls,
    /// Computation without requests and timers.
    Computing,
    /// A thread is made for every task.
    Spawning,
    /// An open loop that keeps up with its arrivals.
    Paced,
}

impl Regime {
    /// All of them.
    pub const ALL: [Regime; 6] = [
        Regime::Waiting,
        Regime::Busy,
        Regime::Calls,
        Regime::Computing,
        Regime::Spawning,
        Regime::Paced,
    ];

    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Regime::Waiting => "waiting",
            Regime::Busy => "busy",
            Regime::Calls => "calls",
            Regime::Computing => "computing",
            Regime::Spawning => "spawning",
            Regime::Paced => "paced",
        }
    }

    /// The regime of a run in which waits take this part of the time of a lane. An open loop that does not keep up is like a closed one.
    pub(crate) fn of(workload: &Workload, kind: Kind, waiting: f64, is_at_rate: bool) -> Regime {
        if is_at_rate {
            Regime::Paced
        } else if waiting > 0.8 {
            Regime::Waiting
        } else if kind.makes_threads && !has(workload, is_computation) {
            Regime::Spawning
        } else if has(workload, is_wait) {
            Regime::Busy
        } else if has(workload, is_computation) {
            Regime::Computing
        } else {
            Regime::Calls
        }
    }

    /// The quantiles of past errors, of time and of CPU.
    #[doc(hidden)]
    #[must_use]
    pub fn quantiles(self) -> (f64, f64) {
        let place = Regime::ALL
            .iter()
            .position(|regime| *regime == self)
            .unwrap_or(0);
        QUANTILES[place]
    }
}

/// Whether a workload has such a step.
fn has(workload: &Workload, wanted: fn(&Step) -> bool) -> bool {
    workload.steps.iter().any(wanted)
}

fn is_computation(step: &Step) -> bool {
    matches!(step, Step::Compute(_))
}

/// The quantiles of the six sets on two processors, in the order of [`Regime::ALL`]: times, CPU. `tests/gate` computes them from the
/// rows and fails where one is another.
const QUANTILES: [(f64, f64); 6] = [
    (0.5, 3.6),
    (1.72, 2.0),
    (2.59, 2.69),
    (1.27, 1.28),
    (2.36, 2.31),
    (0.24, 2.86),
];

/// Whether a calibration with this noise makes intervals wider than those of a quiet machine.
#[must_use]
pub fn is_noisy(noise: f64) -> bool {
    beyond_quiet(noise) > 0.0
}

/// The noise beyond that of a quiet machine: variances are added.
pub(crate) fn beyond_quiet(noise: f64) -> f64 {
    (noise.powi(2) - QUIET.powi(2)).max(0.0).sqrt()
}

/// A value with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// What is predicted.
    pub value: f64,
    /// The ends of the interval.
    pub low: f64,
    /// See `low`.
    pub high: f64,
}

impl Estimate {
    /// An interval around a value, with so many units of error to either side, and wider for noise beyond that of a quiet machine:
    /// [`beyond_quiet`], or the part of it that reaches the figure.
    pub(crate) fn around(value: f64, spread: f64, quantile: f64, noise: f64) -> Estimate {
        let by_errors = (quantile * (COMMON + spread)).max((1.0 + NARROWEST).ln());
        let by_noise = DEVIATIONS * OFF_BY_NOISE * noise;
        let factor = by_errors.hypot(by_noise).exp();
        Estimate {
            value,
            low: value / factor,
            high: value * factor,
        }
    }

    /// Whether it covers a figure.
    #[must_use]
    pub fn covers(&self, figure: f64) -> bool {
        (self.low..=self.high).contains(&figure)
    }

    /// How far the upper end is above the value, as a fraction.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.high / self.value - 1.0
    }
}

/// The conformal quantile of errors: the ⌈(n + 1) · 90 %⌉-th smallest, or the largest where there are too few.
#[must_use]
pub fn quantile(errors: &[f64]) -> f64 {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = ((sorted.len() + 1) as f64 * COVERAGE).ceil() as usize;
    let at = rank.clamp(1, sorted.len().max(1)) - 1;
    sorted.get(at).copied().unwrap_or(f64::INFINITY)
}

/// An error in the units of an interval: the logarithm of a ratio over the disagreement of simulations.
#[must_use]
pub fn error(measured: f64, predicted: f64, spread: f64) -> f64 {
    (measured / predicted).ln().abs() / (COMMON + spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_of_few_errors_is_the_largest_and_of_many_the_90th_percent() {
        assert_eq!(quantile(&[0.2, 0.1]), 0.2);
        let many: Vec<f64> = (1..=99).map(f64::from).collect();
        assert_eq!(quantile(&many), 90.0);
        assert_eq!(quantile(&[]), f64::INFINITY);
    }

    #[test]
    fn no_interval_is_narrower_than_five_percent() {
        let estimate = Estimate::around(100.0, 0.0, 0.0, 0.0);
        assert!((estimate.high - 105.0).abs() < 1e-9);
        assert!(estimate.covers(104.9) && !estimate.covers(105.1) && !estimate.covers(95.0));
        assert!(Estimate::around(1.0, 0.2, 2.0, 0.0).width() > 0.5);
    }

    #[test]
    fn noise_widens_an_interval_where_it_is_more_than_that_of_a_quiet_machine() {
        let width = |noise| {
            Estimate::around(1.0, 0.0, 1.0, beyond_quiet(noise))
                .high
                .ln()
        };
        assert_eq!(width(0.0), width(QUIET));
        let noisy = QUIET.hypot(0.08);
        let expected = 0.05_f64.hypot(DEVIATIONS * OFF_BY_NOISE * 0.08);
        assert!((width(noisy) - expected).abs() < 1e-9);
    }
}
