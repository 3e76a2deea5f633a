//! Whether the machine was fit to measure on: drift over the blocks, and runs during which other
//! processes had the processors.

use results::{Disturbance, DisturbedRounds, Drifting, DriftingSeries, Others, Pass, RunFile};
use schedule::Thresholds;
use verdict::drift;

use crate::samples::{Series, is_counted};
use crate::workload_rows::WorkloadRows;

/// A drift with a p value below this is reported. Every workload has two series, and each of them
/// would drift by accident in one of 20 comparisons at the usual 0.05.
const REPORTED: f64 = 0.01;
/// The drifts of a workload that are reported: of the reference, and of the control computation that
/// precedes each of its blocks.
pub(crate) fn drifts(
    run: &RunFile,
    own: &WorkloadRows<'_>,
    reference: &Series<'_>,
) -> Vec<Drifting> {
    // Blocks of several hosts are no series in time.
    if run.merged.is_some() {
        return Vec::new();
    }
    // The control computation is no model's work. Where both series drift it was the machine that
    // changed; where the reference alone does, it was the model or its service.
    let controls: Vec<f64> = reference
        .runs
        .iter()
        .filter_map(|(block, ..)| control_ns(own, *block))
        .collect();
    [
        (DriftingSeries::Reference, reference.figures()),
        (DriftingSeries::ProcessorControl, controls),
    ]
    .into_iter()
    .filter_map(|(what, series)| drifting(what, &series))
    .collect()
}

/// The time of the control computation at the start of a block, in nanoseconds.
fn control_ns(own: &WorkloadRows<'_>, number: u64) -> Option<f64> {
    let mut blocks = own.blocks.iter();
    let block = blocks.find(|block| block.number == number)?;
    Some(block.control_ns as f64)
}

fn drifting(what: DriftingSeries, series: &[f64]) -> Option<Drifting> {
    let trend = drift(series).ok()?;
    (trend.p_value < REPORTED).then_some(Drifting {
        what,
        correlation: trend.correlation,
        p_value: trend.p_value,
        blocks: trend.n,
    })
}

/// How many measured runs of a workload were disturbed.
pub(crate) fn disturbance(run: &RunFile, own: &WorkloadRows<'_>, workload: &str) -> Disturbance {
    let mut disturbance = Disturbance {
        rounds: disturbed_rounds(run, own, workload),
        ..Disturbance::default()
    };
    let measured = own.runs.iter().filter(|its| its.pass == Pass::Measured);
    for row in measured.filter(|its| is_counted(run, its)) {
        match &row.others {
            Others::Had { .. } => {
                disturbance.known += 1;
                disturbance.disturbed +=
                    usize::from(Thresholds::CHOSEN.is_disturbed(&row.others) == Some(true));
            }
            Others::Unavailable(why) => {
                disturbance.unavailable.get_or_insert_with(|| why.clone());
            }
        }
    }
    disturbance
}

fn disturbed_rounds(
    run: &RunFile,
    own: &WorkloadRows<'_>,
    workload: &str,
) -> Option<DisturbedRounds> {
    let its = run.disturbed_blocks.get(workload)?;
    Some(DisturbedRounds {
        disturbed: its.blocks.len(),
        of: own.rounds(run),
        count: its.count,
        systematic: its.systematic.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_series_is_told_and_an_even_one_is_not() {
        let rising: Vec<f64> = (0..12).map(|block| 1.0 + f64::from(block)).collect();
        let told = drifting(DriftingSeries::Reference, &rising).unwrap();
        assert_eq!((told.correlation, told.blocks), (1.0, 12));
        let even = [5.0, 3.0, 6.0, 2.0, 4.0, 5.5, 3.5, 4.5, 2.5, 6.5];
        assert_eq!(drifting(DriftingSeries::Reference, &even), None);
        assert_eq!(
            drifting(DriftingSeries::Reference, &[1.0; 12]),
            None,
            "what never moves does not drift"
        );
    }
}
