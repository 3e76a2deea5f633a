//! Figures of the gate over made-up cells.

use predict::{Estimate, Limit, Prediction, Refusal, Regime};

use super::*;

fn within_a_tenth(value: f64) -> Estimate {
    Estimate {
        value,
        low: value * 0.9,
        high: value * 1.1,
    }
}

/// A cell with predicted and measured time, whose CPU is measured as a unit and predicted as this.
fn cell(workload: &str, variant: &str, (predicted, time): (f64, f64), cpu: Option<f64>) -> Cell {
    Cell {
        workload: workload.to_owned(),
        variant: variant.to_owned(),
        waits: 0.5,
        time,
        cpu: 1.0,
        halves: Some([time, time * if workload == "a" { 1.1 } else { 1.2 }]),
        prediction: Prediction {
            time: within_a_tenth(predicted),
            cpu: cpu
                .map(within_a_tenth)
                .ok_or(Refusal::CpuTooWide { width: 1.0 }),
            cpu_unrefused: within_a_tenth(1.0),
            service_cpu: None,
            memory: None,
            start_up: None,
            tasks: 1,
            lanes: 1,
            bracket: (0.0, 1.0),
            is_plausible: true,
            regime: Regime::Busy,
            limit: Limit::Lanes,
            spread: (0.0, 0.0),
            nearest: Vec::new(),
            events: 0,
        },
    }
}

/// So many refused of all, and four to measure.
fn asked(refused: usize, all: usize) -> Asked {
    Asked {
        all,
        refused,
        to_measure: 4,
    }
}

#[test]
fn predictions_are_held_against_what_was_measured() {
    let cells = [
        cell("a", "threads/pool", (1.05, 1.0), Some(1.3)),
        cell("a", "async-tokio/multi-thread", (2.0, 1.5), Some(1.05)),
        cell("b", "threads/pool", (1.14, 1.0), None),
    ];
    let found = Figures::of(&cells, asked(1, 4));
    assert_eq!((found.times, found.failed), (3, 1));
    assert_eq!(found.within_15, Some(2.0 / 3.0));
    assert!((found.median_error.unwrap() - 0.14).abs() < 1e-9);
    assert_eq!(found.covered, Some(1.0 / 3.0));
    // The halves of b are a fifth apart.
    assert_eq!(found.halves_within_15, Some(2.0 / 3.0));
    assert_eq!(found.cpu_within_25, Some(0.5));
    assert_eq!(found.cpu_covered, Some(0.5));
    assert_eq!(
        (found.cpu_refused, found.refused),
        (Some(1.0 / 3.0), Some(0.25))
    );
    let nothing = Figures::of(&[], asked(0, 0));
    assert_eq!((nothing.within_15, nothing.refused), (None, None));
}

#[test]
fn a_choice_is_the_cheapest_of_the_first_and_costs_what_the_best_does_not() {
    let cells = [
        // As good as the first by its time, and predicted to cost less.
        cell("a", "threads/pool", (1.01, 1.2), Some(0.5)),
        cell("a", "async-smol/multi", (1.0, 1.0), Some(1.0)),
        cell("a", "async-tokio/multi-thread", (3.0, 2.0), Some(0.1)),
        cell("b", "threads/pool", (1.0, 1.0), Some(0.5)),
        cell("b", "async-smol/multi", (2.0, 2.0), Some(0.5)),
    ];
    let found = Figures::of(&cells, asked(0, 5));
    assert_eq!(found.by_prediction.workloads, 2);
    assert_eq!(found.by_prediction.good, 1);
    assert!((found.by_prediction.mean_regret.unwrap() - 0.1).abs() < 1e-9);
    assert_eq!(
        found.by_constant,
        Choices {
            workloads: 1,
            good: 0,
            mean_regret: Some(1.0)
        },
        "tokio was measured at one of the two"
    );
    assert_eq!(
        found.by_rule_of_thumb.good, 1,
        "they compute longer than they wait"
    );
    assert_eq!(found.best_is_candidate, Some(1.0));
}
