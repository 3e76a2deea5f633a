//! How often intervals cover what was measured.

use predict::{NARROWEST, Prediction, Regime, error, quantile};

use crate::parts::part;
use crate::set::{Pair, Set};

/// The figure, the prediction and the disagreement of simulations, of times or of CPU.
fn of_pair(pair: &Pair, is_time: bool) -> (f64, f64, f64) {
    let Prediction {
        time,
        cpu_unrefused,
        spread,
        ..
    } = &pair.prediction;
    if is_time {
        (pair.time, time.value, spread.0)
    } else {
        (pair.cpu, cpu_unrefused.value, spread.1)
    }
}

/// The errors of a regime in all of these sets, without those of one workload.
pub(crate) fn errors(sets: &[&Set], regime: Regime, without: &str, is_time: bool) -> Vec<f64> {
    let pairs = sets.iter().flat_map(|set| &set.pairs);
    let others =
        pairs.filter(|pair| pair.prediction.regime == regime && pair.workload.name != without);
    others
        .map(|pair| {
            let (measured, predicted, spread) = of_pair(pair, is_time);
            error(measured, predicted, spread)
        })
        .collect()
}

/// How often intervals of times and of CPU cover, each with the quantile of all other workloads of these sets.
pub(crate) fn coverage_without_each(set: &Set, sets: &[&Set]) -> (f64, f64) {
    let [time, cpu] = [true, false].map(|is_time| {
        part(set.pairs.iter().map(|pair| {
            let (measured, predicted, spread) = of_pair(pair, is_time);
            let off = (measured / predicted).ln().abs();
            let others = errors(sets, pair.prediction.regime, &pair.workload.name, is_time);
            error(measured, predicted, spread) <= quantile(&others) || off <= NARROWEST.ln_1p()
        }))
    });
    (time, cpu)
}

/// How often the intervals that a prediction shows cover.
pub(crate) fn coverage(set: &Set) -> (f64, f64) {
    let time = set.pairs.iter();
    let cpu = set.pairs.iter();
    (
        part(time.map(|pair| pair.prediction.time.covers(pair.time))),
        part(cpu.map(|pair| pair.prediction.cpu_unrefused.covers(pair.cpu))),
    )
}
