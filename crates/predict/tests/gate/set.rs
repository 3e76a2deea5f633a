//! Rows that were measured once, each beside its prediction from a calibration of the same machine.

use std::collections::BTreeMap;

use predict::{
    Calibration, Figures, Model, On, Point, Prediction, fit, predict, predict_unrefused,
};
use protocol::Workload;

/// The seed of the fit: any gives figures alike, and one gives the same.
const SEED: u64 = 1;

/// The machine of the rows.
const HERE: On = On {
    processors: 2,
    workers: 2,
};

/// A measured variant at a workload, and what is predicted for it.
pub(crate) struct Pair {
    pub(crate) workload: Workload,
    pub(crate) variant: String,
    pub(crate) prediction: Prediction,
    pub(crate) runs: Vec<Figures>,
    /// The medians of the runs.
    pub(crate) time: f64,
    pub(crate) cpu: f64,
    pub(crate) is_refused: bool,
}

/// Workloads that no fit has seen.
pub(crate) struct Set {
    pub(crate) pairs: Vec<Pair>,
}

impl Set {
    /// Fits a model to the rows of a calibration, and predicts those of workloads.
    pub(crate) fn read(calibration: &str, rows: &str) -> Set {
        let model = fit(&parsed(calibration), SEED);
        let measured = parsed(rows);
        Set {
            pairs: measured
                .points
                .iter()
                .map(|row| pair(&model, row))
                .collect(),
        }
    }

    /// What was not paced by an open loop, whose time is that of its arrivals.
    pub(crate) fn closed(&self) -> impl Iterator<Item = &Pair> {
        let pairs = self.pairs.iter();
        pairs.filter(|pair| pair.workload.rate.is_none())
    }

    /// The closed workloads by name.
    pub(crate) fn by_workload(&self) -> BTreeMap<&str, Vec<&Pair>> {
        let mut all: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
        for pair in self.closed() {
            all.entry(&pair.workload.name).or_default().push(pair);
        }
        all
    }
}

fn parsed(text: &str) -> Calibration {
    serde_json::from_str(text).unwrap()
}

fn pair(model: &Model, row: &Point) -> Pair {
    let mut workload = row.workload.clone();
    workload.tasks = row.tasks;
    Pair {
        variant: row.variant.clone(),
        prediction: predict_unrefused(model, &workload, &row.variant).unwrap(),
        runs: row.runs.clone(),
        time: row.typical(|run| Some(run.time)).unwrap(),
        cpu: row.typical(|run| Some(run.cpu)).unwrap(),
        is_refused: predict(model, &workload, &row.variant, HERE).is_err(),
        workload,
    }
}
