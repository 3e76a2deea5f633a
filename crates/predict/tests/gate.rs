//! The gate without measuring: rows that were measured once, of a calibration and of workloads that no fit has seen, and how
//! well these are predicted. The figures may not fall.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use predict::{
    Calibration, Model, Point, Prediction, Regime, choose, error, fit, predict_unrefused, quantile,
};

/// The seed of the fit: any gives figures alike, and one gives the same.
const SEED: u64 = 1;

/// A measured figure beside its prediction.
struct Pair {
    workload: String,
    variant: String,
    prediction: Prediction,
    time: f64,
    cpu: f64,
    is_paced: bool,
}

static CALIBRATION: LazyLock<Calibration> =
    LazyLock::new(|| read(include_str!("data/calibration.json")));
static MODEL: LazyLock<Model> = LazyLock::new(|| fit(&CALIBRATION, SEED));
static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let development = read(include_str!("data/development.json"));
    development.points.iter().map(pair).collect()
});

fn read(text: &str) -> Calibration {
    serde_json::from_str(text).unwrap()
}

fn pair(point: &Point) -> Pair {
    let mut workload = point.workload.clone();
    workload.tasks = point.tasks;
    Pair {
        workload: workload.name.clone(),
        variant: point.variant.clone(),
        prediction: predict_unrefused(&MODEL, &workload, &point.variant).unwrap(),
        time: point.typical(|run| Some(run.time)).unwrap(),
        cpu: point.typical(|run| Some(run.cpu)).unwrap(),
        is_paced: workload.rate.is_some(),
    }
}

fn closed() -> impl Iterator<Item = &'static Pair> {
    PAIRS.iter().filter(|pair| !pair.is_paced)
}

fn part(all: &[bool]) -> f64 {
    all.iter().filter(|is| **is).count() as f64 / all.len() as f64
}

#[test]
fn print() {
    for pair in PAIRS.iter() {
        let p = &pair.prediction;
        println!(
            "{} {} N={} {:?} {:?} t {:.1} {:+.0}% s {:.0}% [{:.1} {:.1}]{} cpu s {:.0}% events {}",
            pair.workload,
            pair.variant,
            p.lanes,
            p.regime,
            p.limit,
            pair.time * 1e6,
            100.0 * (p.time.value / pair.time - 1.0),
            100.0 * p.spread.0,
            p.bracket.0 * 1e6,
            p.bracket.1 * 1e6,
            p.is_plausible,
            100.0 * p.spread.1,
            p.events
        );
    }
    println!("misfits {:?}", MODEL.misfits().collect::<Vec<_>>());
    let times: Vec<bool> = closed()
        .map(|p| (p.prediction.time.value / p.time - 1.0).abs() <= 0.15)
        .collect();
    println!("within 15: {} of {}", part(&times), times.len());
    let mut errors: BTreeMap<Regime, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for pair in PAIRS.iter() {
        let of = errors.entry(pair.prediction.regime).or_default();
        of.0.push(error(
            pair.time,
            pair.prediction.time.value,
            pair.prediction.spread.0,
        ));
    }
    for (regime, e) in &errors {
        println!("{regime:?} n {} q {:.2}", e.0.len(), quantile(&e.0));
    }
}
