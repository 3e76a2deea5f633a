//! Whether the machine was fit to measure on: drift over the blocks, and runs during which others had
//! the processors. Nothing is left out for either; people are told. What a moved A/A control means is
//! left to `verdict`.

use results::{Disturbance, Drifting};
use verdict::drift;

use crate::samples::{Series, runs};
use results::{Others, Pass, Row};

/// A drift less likely than this is told: every workload has two chances to drift by accident.
const TOLD: f64 = 0.01;
/// Others may have this part of the processors before a run counts as disturbed.
pub const DISTURBED_SHARE: f64 = 0.1;
/// And at least so much: the system counts by samples, which miss by a few steps of 10 ms.
const LEAST_NS: u64 = 50_000_000;

/// The drifts of a workload that are worth telling: of the reference, and of the control
/// computation at the start of its blocks.
pub(super) fn drifts(rows: &[Row], reference: &Series<'_>) -> Vec<Drifting> {
    let control = |number: u64| {
        rows.iter().find_map(|row| match row {
            Row::Block(block) if block.number == number => Some(block.control_ns as f64),
            _ => None,
        })
    };
    let controls: Vec<f64> = reference
        .runs
        .iter()
        .filter_map(|(block, ..)| control(*block))
        .collect();
    let times = reference.figures();
    let both = [
        ("the reference", times),
        ("the processor control", controls),
    ];
    both.into_iter()
        .filter_map(|(what, series)| drifting(what, &series))
        .collect()
}

fn drifting(what: &str, series: &[f64]) -> Option<Drifting> {
    let found = drift(series).ok()?;
    (found.p_value < TOLD).then(|| Drifting {
        what: what.to_owned(),
        correlation: found.correlation,
        p_value: found.p_value,
        blocks: found.n,
    })
}

/// Over all measured runs of a workload.
pub(super) fn disturbance(rows: &[Row], workload: &str) -> Disturbance {
    let measured = runs(rows).filter(|run| run.pass == Pass::Measured && run.workload == workload);
    let mut found = Disturbance {
        disturbed: 0,
        known: 0,
        unavailable: None,
    };
    for run in measured {
        match &run.others {
            Others::Had { busy_ns, of_ns } => {
                found.known += 1;
                found.disturbed += usize::from(is_disturbed(*busy_ns, *of_ns));
            }
            Others::Unavailable(why) => {
                found.unavailable.get_or_insert_with(|| why.clone());
            }
        }
    }
    found
}

fn is_disturbed(busy_ns: u64, of_ns: u64) -> bool {
    busy_ns >= LEAST_NS && busy_ns as f64 > DISTURBED_SHARE * of_ns as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_series_is_told_and_an_even_one_is_not() {
        let rising: Vec<f64> = (0..12).map(|block| 1.0 + f64::from(block)).collect();
        let told = drifting("the reference", &rising).unwrap();
        assert_eq!((told.correlation, told.blocks), (1.0, 12));
        let even = [5.0, 3.0, 6.0, 2.0, 4.0, 5.5, 3.5, 4.5, 2.5, 6.5];
        assert_eq!(drifting("x", &even), None);
        assert_eq!(
            drifting("x", &[1.0; 12]),
            None,
            "what never moves does not drift"
        );
    }

    #[test]
    fn a_run_is_disturbed_by_a_tenth_of_the_processors_and_not_by_a_few_ticks() {
        assert!(is_disturbed(70_000_000, 600_000_000));
        assert!(!is_disturbed(60_000_000, 600_000_000));
        assert!(!is_disturbed(40_000_000, 200_000_000));
    }
}
