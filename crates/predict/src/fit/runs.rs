//! A search for some parameters by the times and the CPU of one variant's runs.

use super::data::Known;
use super::newton::{self, Residuals};
use super::variant::Of;
use crate::parameters::Parameters;

/// What the logarithm of a ratio weighs beside what a parameter costs that is away from its start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    pub(super) cpu: f64,
    pub(super) time: f64,
}

/// Gives the parameters that a search moves.
type Free = for<'p> fn(&'p mut Parameters, Of<'_>) -> Vec<&'p mut f64>;

/// Searches, and leaves the found values in the parameters.
pub(super) fn fit(
    parameters: &mut Parameters,
    of: Of<'_>,
    known: &[Known<'_>],
    free: Free,
    weights: Weights,
) {
    let start: Vec<f64> = free(parameters, of).iter().map(|value| **value).collect();
    let mut search = Search {
        parameters,
        of,
        known,
        free,
        weights,
        start: &start,
    };
    let found = newton::least(&mut search, start.len());
    search.set(&found.at);
}

/// The residuals of runs over logarithms of parameters.
struct Search<'a, 'b> {
    parameters: &'a mut Parameters,
    of: Of<'a>,
    known: &'a [Known<'b>],
    free: Free,
    weights: Weights,
    start: &'a [f64],
}

impl Search<'_, '_> {
    /// Moves every parameter to its start times e to the power of this.
    fn set(&mut self, at: &[f64]) {
        let values = (self.free)(self.parameters, self.of);
        for ((value, start), moved) in values.into_iter().zip(self.start).zip(at) {
            *value = start * moved.exp();
        }
    }
}

impl Residuals for Search<'_, '_> {
    fn all(&mut self, at: &[f64]) -> Vec<f64> {
        self.set(at);
        let Weights { cpu, time } = self.weights;
        let runs = self.known.iter().map(|known| {
            let found = self.of.run(self.parameters, known);
            [
                cpu * (found.cpu / known.cpu).ln(),
                time * (found.time / known.time).ln(),
            ]
        });
        runs.flatten().collect()
    }

    fn changed(&mut self, at: &[f64], _: usize) -> (usize, Vec<f64>) {
        (0, self.all(at))
    }
}
