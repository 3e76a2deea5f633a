//! Rows that were measured once, each beside its prediction from a calibration of the same machine.

use std::collections::BTreeMap;

use predict::{
    Calibration, Figures, Model, On, Point, Prediction, fit, predict, predict_unrefused,
};
use protocol::Workload;

/// The seeds of two fits, which differ by the runs that they draw: figures of both together are less a matter of chance.
const SEEDS: [u64; 2] = [1, 2];

/// The machine of the rows.
const HERE: On = On {
    processors: 2,
    workers: 2,
};

/// A measured variant at a workload, and what is predicted for it.
pub(crate) struct Pair {
    /// The seed of the fit.
    seed: u64,
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
    /// Fits models to the rows of a calibration, and predicts those of workloads by each.
    pub(crate) fn read(calibration: &str, rows: &str) -> Set {
        let (calibration, measured) = (parsed(calibration), parsed(rows));
        let pairs = SEEDS.into_iter().flat_map(|seed| {
            let model = fit(&calibration, seed);
            let rows = measured.points.iter();
            rows.map(|row| pair(&model, seed, row)).collect::<Vec<_>>()
        });
        Set {
            pairs: pairs.collect(),
        }
    }

    /// What was not paced by an open loop, whose time is that of its arrivals.
    pub(crate) fn closed(&self) -> impl Iterator<Item = &Pair> {
        let pairs = self.pairs.iter();
        pairs.filter(|pair| pair.workload.rate.is_none())
    }

    /// The closed workloads of each fit by name.
    pub(crate) fn by_workload(&self) -> BTreeMap<(u64, &str), Vec<&Pair>> {
        let mut all: BTreeMap<(u64, &str), Vec<&Pair>> = BTreeMap::new();
        for pair in self.closed() {
            let key = (pair.seed, pair.workload.name.as_str());
            all.entry(key).or_default().push(pair);
        }
        all
    }
}

fn parsed(text: &str) -> Calibration {
    serde_json::from_str(text).unwrap()
}

fn pair(model: &Model, seed: u64, row: &Point) -> Pair {
    let mut workload = row.workload.clone();
    workload.tasks = row.tasks;
    Pair {
        seed,
        variant: row.variant.clone(),
        prediction: predict_unrefused(model, &workload, &row.variant).unwrap(),
        runs: row.runs.clone(),
        time: row.typical(|run| Some(run.time)).unwrap(),
        cpu: row.typical(|run| Some(run.cpu)).unwrap(),
        is_refused: predict(model, &workload, &row.variant, HERE).is_err(),
        workload,
    }
}
