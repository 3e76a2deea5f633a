//! Which calibrated points are most like a workload: those a reader would hold a prediction against.

use protocol::{Step, Workload};

use crate::model::Model;

/// How many are named.
const NAMED: usize = 2;

/// The names of the nearest points of a variant, the nearest first.
pub(crate) fn nearest(model: &Model, workload: &Workload, variant: &str) -> Vec<String> {
    let points = model.calibration.points.iter();
    let mut all: Vec<(f64, &str)> = points
        .filter(|point| point.variant == variant)
        .map(|point| {
            (
                distance(&point.workload, workload),
                point.workload.name.as_str(),
            )
        })
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.into_iter()
        .take(NAMED)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// The sum of logarithms of factors: those between lanes and between waits, and ten for every kind of step that only one of
/// the two has.
fn distance(point: &Workload, asked: &Workload) -> f64 {
    let unlike = kinds(point)
        .iter()
        .zip(kinds(asked))
        .filter(|(a, b)| **a != *b)
        .count();
    (lanes(point) / lanes(asked)).ln().abs()
        + (waits(point) / waits(asked)).ln().abs()
        + unlike as f64 * 10.0_f64.ln()
}

fn lanes(workload: &Workload) -> f64 {
    workload.in_flight.lanes(1) as f64
}

/// The seconds that a task waits, and a tenth of a millisecond, so that no wait at all has a logarithm as well.
fn waits(workload: &Workload) -> f64 {
    workload.wait_per_task().as_secs_f64() + 1e-4
}

/// Which kinds of steps a workload has: GETs, computation, selects, timers, queries of a server, others.
fn kinds(workload: &Workload) -> [bool; 6] {
    let mut has = [false; 6];
    for step in &workload.steps {
        match step {
            Step::HttpGet(_) => has[0] = true,
            Step::Compute(_) => has[1] = true,
            Step::SqliteSelect(_) => has[2] = true,
            Step::Wait(_) | Step::Block(_) => has[3] = true,
            Step::PostgresSelect(_) => has[4] = true,
            _ => has[5] = true,
        }
    }
    has
}
