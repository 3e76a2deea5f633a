//! What a run is like, in numbers: runs that are near each other in these are predicted with like errors.
//!
//! These ten are those that were left of 26 as one after the other was taken out without which the errors of comparisons that were held back grew least.

use protocol::{Connection, Step, Workload};

use crate::simulated::Asked;
use crate::typical::Typical;

/// How many features there are.
const COUNT: usize = 10;
/// The features of a run, each over its standard deviation among the runs of the gate.
pub(crate) type Features = [f64; COUNT];
/// These deviations, in the order of [`features`].
const DEVIATIONS: Features = [1.9, 2.0, 2.5, 1.9, 0.4, 0.25, 0.28, 0.37, 1.1, 0.2];
/// So many decimals of a figure are kept, as a factor: more would say nothing, and make files larger.
const KEPT: f64 = 1e3;

/// The features of a run as simulations see it.
pub(crate) fn features(asked: &Asked<'_>, typical: &Typical) -> Features {
    let run = &typical.run;
    let lanes = asked.lanes().max(1) as f64;
    let (low, high) = typical.bracket;
    let plain = [
        lanes.ln(),
        // Rounds, in each of which every lane carries out a task.
        (asked.tasks as f64 / lanes).max(1.0).ln(),
        // The time that a lane takes for a task.
        microseconds(run.time * lanes),
        microseconds(run.cpu),
        // The parts of the time for which processors and the origin are at work.
        run.cpu / (run.time * asked.processors.max(1) as f64),
        run.service_cpu / run.time,
        // Where the time is between those of perfect overlap and of none.
        (run.time / low).ln(),
        (run.time / high).ln(),
        (selects(asked.workload) as f64).ln_1p(),
        new_connections(asked.workload) as f64,
    ];
    let mut found = plain;
    for (feature, deviation) in found.iter_mut().zip(DEVIATIONS) {
        *feature = rounded(*feature / deviation);
    }
    found
}

/// A figure with the decimals that are kept.
pub(super) fn rounded(figure: f64) -> f64 {
    (figure * KEPT).round() / KEPT
}

/// The logarithm of a time; a tenth of a microsecond is added, so that there is one of no time at all.
fn microseconds(seconds: f64) -> f64 {
    (seconds * 1e6 + 0.1).ln()
}

fn selects(workload: &Workload) -> u64 {
    let counts = workload.steps.iter().map(|step| match step {
        Step::SqliteSelect(select) => select.count,
        _ => 0,
    });
    counts.sum()
}

fn new_connections(workload: &Workload) -> usize {
    let steps = workload.steps.iter();
    steps.filter(|step| is_new_connection(step)).count()
}

fn is_new_connection(step: &Step) -> bool {
    matches!(step, Step::HttpGet(get) if get.connection == Connection::New)
}
