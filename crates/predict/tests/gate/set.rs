//! Rows that were measured once, each beside its prediction from a calibration of the same machine.

use std::collections::BTreeMap;

use predict::{
    Calibration, Figures, Model, On, PastError, Point, Prediction, fit, predict, predict_unrefused,
};
use protocol::Workload;

use crate::data::Data;
use crate::past::assert_stored;

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
    pub(crate) data: Data,
    pub(crate) pairs: Vec<Pair>,
}

impl Set {
    /// Fits models to the rows of a calibration, and predicts those of workloads by each: what was measured together with a workload is
    /// no past error to it.
    pub(crate) fn read(data: Data) -> Set {
        let (calibration, measured) = (parsed(data.calibration), parsed(data.rows));
        let mut pairs = Vec::new();
        for seed in data.seeds {
            let fitted = fit(&calibration, *seed);
            if data.is_known && *seed == data.seeds[0] {
                assert_stored(&data, &errors(&data, &fitted, &measured));
            }
            let mut models: BTreeMap<String, Model> = BTreeMap::new();
            pairs.extend(measured.points.iter().map(|row| {
                let model = models
                    .entry(group(&data, row))
                    .or_insert_with_key(|group| fitted.without_past(group));
                pair(model, *seed, row)
            }));
        }
        Set { data, pairs }
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

/// What was measured together: the workloads of one seed, whose names begin with its day.
fn group(data: &Data, row: &Point) -> String {
    let name = row.workload.name.split_once("-gate");
    format!("{}{}", data.name, name.map_or("", |(day, _)| day))
}

/// How far the rules alone are off at these rows.
fn errors(data: &Data, model: &Model, rows: &Calibration) -> Vec<PastError> {
    let found = rows.points.iter().filter_map(|row| {
        let mut error = model.error_at(row)?;
        error.group = group(data, row);
        Some(error)
    });
    found.collect()
}

fn parsed(text: &str) -> Calibration {
    serde_json::from_str(text).unwrap()
}

fn pair(model: &Model, seed: u64, row: &Point) -> Pair {
    let processors = model.calibration().cores();
    let on = On {
        processors,
        workers: processors,
    };
    let mut workload = row.workload.clone();
    workload.tasks = row.tasks;
    let found = predict(model, &workload, &row.variant, on);
    let is_refused = found.is_err();
    let prediction = found
        .ok()
        .or_else(|| predict_unrefused(model, &workload, &row.variant));
    Pair {
        seed,
        variant: row.variant.clone(),
        prediction: prediction.unwrap(),
        runs: row.runs.clone(),
        time: row.typical(|run| Some(run.time)).unwrap(),
        cpu: row.typical(|run| Some(run.cpu)).unwrap(),
        is_refused,
        workload,
    }
}
