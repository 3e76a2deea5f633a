//! What the fitted simulations of a model say of a run together: the middle of their figures, and how far these are apart.

use crate::bounds::{Demands, bracket};
use crate::parameters::Parameters;
use crate::program::segments;
use crate::simulated::{Asked, Length, Simulated, simulated};

/// Seconds that are less than any clock tells.
const LEAST: f64 = 1e-15;

/// A run as the simulations see it, before past errors are taken off.
#[derive(Clone, Debug)]
pub(crate) struct Typical {
    /// The medians of all simulations.
    pub(crate) run: Simulated,
    /// The standard deviations of the logarithms of time and of CPU.
    pub(crate) spread: (f64, f64),
    /// What a task demands, by the first set of parameters.
    pub(crate) demands: Demands,
    /// The time of perfect overlap, and that of none.
    pub(crate) bracket: (f64, f64),
}

/// Simulates a run with every set of parameters that this length asks for. Services may have processors elsewhere.
pub(crate) fn typical(
    fits: &[Parameters],
    is_elsewhere: bool,
    asked: &Asked<'_>,
    length: Length,
) -> Typical {
    let some = fits.iter().step_by(length.every);
    let runs: Vec<Simulated> = some.map(|fit| simulated(fit, asked, length)).collect();
    let (time, time_spread) = middle(&runs, |run| run.time);
    let (cpu, cpu_spread) = middle(&runs, |run| run.cpu);
    let demands = Demands {
        is_elsewhere,
        ..fits
            .first()
            .map(|fit| demands(fit, asked))
            .unwrap_or_default()
    };
    Typical {
        run: Simulated {
            time,
            cpu,
            service_cpu: middle(&runs, |run| run.service_cpu).0,
            backend_cpu: middle(&runs, |run| run.backend_cpu).0,
            events: runs.iter().map(|run| run.events).sum(),
        },
        spread: (time_spread, cpu_spread),
        bracket: bracket(&demands, asked),
        demands,
    }
}

fn demands(fit: &Parameters, asked: &Asked<'_>) -> Demands {
    let lanes = asked.lanes();
    let parts = segments(fit, asked.variant, asked.kind, asked.workload, lanes);
    Demands::of(&parts, fit.wakes_of_query(asked.variant))
}

/// The median of the logarithms, and their standard deviation.
fn middle(runs: &[Simulated], figure: fn(&Simulated) -> f64) -> (f64, f64) {
    // What costs nothing has a logarithm all the same.
    let logarithms: Vec<f64> = runs.iter().map(|run| (figure(run) + LEAST).ln()).collect();
    let count = logarithms.len().max(1) as f64;
    let mean = logarithms.iter().sum::<f64>() / count;
    let variance = logarithms
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count;
    let median = verdict::median(&logarithms).unwrap_or(mean);
    (median.exp(), variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_are_no_number_stay_none() {
        let run = |time| Simulated {
            time,
            ..Simulated::default()
        };
        let times = [1.0, f64::NAN, 2.0].map(run);
        assert!(!middle(&times, |run| run.time).0.is_finite());
        let (middle, spread) = middle(&[run(0.0), run(0.0)], |run| run.time);
        assert!(middle < 1e-12 && spread == 0.0);
    }
}
