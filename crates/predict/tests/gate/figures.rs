//! How near predictions come to what was measured.

use predict::Estimate;

use crate::choice::{Contender, regrets};
use crate::parts::{close, mean, middle, part, within};
use crate::set::{Pair, Set};

/// Two times that differ by less are not ordered.
const APART: f64 = 1.15;

/// What the gate is about.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The part of times within 15 %, of all that were measured.
    pub(crate) times: f64,
    /// The same of what is not refused.
    pub(crate) times_unrefused: f64,
    /// The median error of times.
    pub(crate) median: f64,
    /// The part of times within 15 % once the factor is taken out that all variants of a workload have in common: what the machine was
    /// faster or slower by than when it was calibrated is no error of a choice.
    pub(crate) relative: f64,
    /// Workloads whose choice is within 5 % of the best, and all of them.
    pub(crate) choices: (usize, usize),
    /// How much longer than the best the choice takes, as a mean over workloads.
    pub(crate) regret: f64,
    /// Pairs that differ by more than 15 % and are ordered rightly, and all of them.
    pub(crate) pairs: (usize, usize),
    /// How often intervals cover times, and CPU.
    pub(crate) coverage: (f64, f64),
    /// The part of CPU figures within 25 %, of those that are predicted, and the part that is not.
    pub(crate) cpu: f64,
    pub(crate) cpu_refused: f64,
    /// The part of all predictions that is refused.
    pub(crate) refused: f64,
}

impl Gate {
    /// The figures of a set of rows whose intervals cover so often.
    pub(crate) fn of(set: &Set, coverage: (f64, f64)) -> Gate {
        let times: Vec<f64> = set.closed().map(time_error).collect();
        let unrefused = set.closed().filter(|pair| !pair.is_refused);
        let cpu: Vec<f64> = set.pairs.iter().filter_map(cpu_error).collect();
        let regrets = regrets(set, predicted);
        Gate {
            times: within(&times, 0.15),
            times_unrefused: within(&unrefused.map(time_error).collect::<Vec<_>>(), 0.15),
            median: middle(&times),
            relative: within(&relative_errors(set), 0.15),
            choices: (close(&regrets), regrets.len()),
            regret: mean(&regrets),
            pairs: ordered(set),
            coverage,
            cpu: within(&cpu, 0.25),
            cpu_refused: 1.0 - cpu.len() as f64 / set.pairs.len() as f64,
            refused: part(set.pairs.iter().map(|pair| pair.is_refused)),
        }
    }
}

/// How far a predicted time is from the measured one, as a part of that.
pub(crate) fn time_error(pair: &Pair) -> f64 {
    (ratio(pair) - 1.0).abs()
}

/// How far predicted times are from measured ones beside the middle one of their workload.
fn relative_errors(set: &Set) -> Vec<f64> {
    let workloads = set.by_workload();
    let errors = workloads.values().flat_map(|pairs| {
        let ratios: Vec<f64> = pairs.iter().map(|pair| ratio(pair)).collect();
        let common = verdict::median(&ratios).unwrap();
        ratios
            .into_iter()
            .map(move |ratio| (ratio / common - 1.0).abs())
    });
    errors.collect()
}

/// A predicted time over the measured one.
pub(crate) fn ratio(pair: &Pair) -> f64 {
    pair.prediction.time.value / pair.time
}

/// The same of CPU a task; `None` where it is refused.
fn cpu_error(pair: &Pair) -> Option<f64> {
    let predicted: &Estimate = pair.prediction.cpu.as_ref().ok()?;
    Some((predicted.value / pair.cpu - 1.0).abs())
}

/// What the predictions say of a variant.
pub(crate) fn predicted(pair: &Pair) -> Contender {
    let cpu = pair.prediction.cpu.as_ref();
    Contender {
        believed: pair.prediction.time.value,
        cpu: cpu.map_or(f64::INFINITY, |cpu| cpu.value),
        measured: pair.time,
    }
}

fn ordered(set: &Set) -> (usize, usize) {
    let (mut right, mut clear) = (0, 0);
    for pairs in set.by_workload().values() {
        for (at, one) in pairs.iter().enumerate() {
            for other in &pairs[at + 1..] {
                let measured = (one.time / other.time).ln();
                if measured.abs() > APART.ln() {
                    let predicted = (one.prediction.time.value / other.prediction.time.value).ln();
                    clear += 1;
                    right += usize::from(measured * predicted > 0.0);
                }
            }
        }
    }
    (right, clear)
}
