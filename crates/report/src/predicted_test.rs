//! What is said of predictions: the note about who was left out, and the table beside what was measured.

use std::collections::BTreeMap;

use results::{Estimate, VariantSummary};

use super::*;

fn record() -> WorkloadRecord {
    let text =
        "name = \"w\"\nabout = \"x\"\nclass = \"mixed\"\ntasks = 100\nin_flight = 2\nseed = 1\n";
    let predicted = [
        ("a/slow", 8e6, true),
        ("a/quick", 1e6, false),
        ("a/other", 1.1e6, false),
    ];
    WorkloadRecord {
        typed: "w".to_owned(),
        workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
        cpu: Vec::new(),
        cell: None,
        asked_headline: None,
        lanes: 2,
        run_length: None,
        shares: BTreeMap::new(),
        left_out: Vec::new(),
        predicted: predicted
            .into_iter()
            .map(|(name, ns, left_out)| (name.to_owned(), within_a_tenth(ns, left_out)))
            .collect(),
        expected: BTreeMap::new(),
    }
}

fn within_a_tenth(ns: f64, left_out: bool) -> Predicted {
    Predicted {
        time_per_task_ns: PredictedFigure {
            value: ns,
            low: ns * 0.9,
            high: ns * 1.1,
        },
        cpu_per_task_ns: None,
        left_out,
    }
}

fn summary() -> WorkloadSummary {
    let variant = |name: &str, ms: f64| VariantSummary {
        variant: name.to_owned(),
        tasks: 100,
        time_ns: Estimate::of(&[ms * 1e6]),
        ..VariantSummary::default()
    };
    WorkloadSummary {
        variants: vec![variant("a/quick", 104.0), variant("a/other", 150.0)],
        ..WorkloadSummary::default()
    }
}

#[test]
fn who_was_left_out_is_told_with_the_predicted_times() {
    let said = left_out_by_prediction(&record()).unwrap();
    assert_eq!(
        said,
        "not measured, since predicted to take longer than a/quick beyond both intervals (100 ms [90.0, 110]): \
         a/slow 800 ms [720, 880]"
    );
    let mut everybody = record();
    everybody.predicted.remove("a/slow");
    assert_eq!(left_out_by_prediction(&everybody), None);
}

#[test]
fn a_prediction_stands_beside_what_was_measured() {
    let columns = predicted_columns(&record(), &summary());
    let row = |at: usize| {
        let cells: Vec<&str> = columns
            .iter()
            .map(|column| column.cells[at].as_str())
            .collect();
        cells.join("|")
    };
    assert_eq!(
        row(0),
        "a/quick|1.00 ms [0.900, 1.10]|1.04 ms|inside|-3.8 %|n/a|n/a||"
    );
    assert_eq!(
        row(1),
        "a/other|1.10 ms [0.990, 1.21]|1.50 ms|outside|-26.7 %|n/a|n/a||"
    );
    assert_eq!(
        row(2),
        "a/slow|8.00 ms [7.20, 8.80]|left out|||n/a|left out||"
    );
    assert_eq!(
        line(&record(), &summary()).unwrap(),
        "predicted before measuring, and the measured median inside or outside of the 90 % interval: \
         a/quick 100 ms [90.0, 110] inside, a/other 110 ms [99.0, 121] outside"
    );
    let nothing = WorkloadRecord {
        predicted: BTreeMap::new(),
        ..record()
    };
    assert!(predicted_columns(&nothing, &summary()).is_empty());
    assert_eq!(line(&nothing, &summary()), None);
}
