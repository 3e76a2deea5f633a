//! What only an open loop has: who kept up with the arrivals. How tasks arrive is left to the
//! models' own programs.

use protocol::OpenLoop;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::samples::Series;
use crate::store::WorkloadRecord;

/// How punctual a variant was, over all its runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Punctuality {
    /// Part of the tasks that started more than 1 ms after their intended start.
    pub(crate) late_starts: f64,
    /// Part of the tasks that ended by the time the last, had it met nobody, would have: low where a
    /// model starves.
    pub(crate) completed_in_time: f64,
    /// Part of the tasks that the pacing thread handed over late: then the machine was too busy.
    pub(crate) generator_late: f64,
}

impl Punctuality {
    /// `None` where no run was an open loop.
    pub(super) fn of(series: &Series<'_>) -> Option<Punctuality> {
        let open = series
            .runs
            .iter()
            .filter_map(|(.., m)| Some((m.done.open?, m.done.tasks)));
        let open: Vec<(OpenLoop, u64)> = open.collect();
        let tasks: u64 = open.iter().map(|(_, tasks)| tasks).sum();
        let part = |of: fn(&OpenLoop) -> u64| {
            open.iter().map(|(open, _)| of(open)).sum::<u64>() as f64 / tasks as f64
        };
        (tasks > 0).then(|| Punctuality {
            late_starts: part(|open| open.late_starts),
            completed_in_time: part(|open| open.completed_in_time),
            generator_late: part(|open| open.generator_late),
        })
    }
}

/// Above this part of late hand-overs a table says that the generator was late.
const GENERATOR_LATE: f64 = 0.01;

/// What to know about the figures of an open loop.
pub(super) fn words<'a>(
    record: &WorkloadRecord,
    found: impl Iterator<Item = (&'a str, Punctuality)>,
) -> Vec<String> {
    let Some(rate) = record.workload.rate else {
        return Vec::new();
    };
    let spread = match record.workload.arrivals {
        protocol::Spread::Uniform => "uniform",
        protocol::Spread::Poisson => "Poisson",
    };
    let mut words = vec![format!(
        "open loop, {rate}, {spread}: ratios and verdicts are of CPU per task; latency counts from the intended start"
    )];
    let late = found.filter(|(_, punctuality)| punctuality.generator_late > GENERATOR_LATE);
    words.extend(late.map(|(variant, punctuality)| {
        let percent = 100.0 * punctuality.generator_late;
        format!("generator late: {variant}: {percent:.1} % of the tasks were handed over more than 1 ms late")
    }));
    words
}

/// A part as a percentage, for a cell.
pub(super) fn percent(part: f64) -> String {
    format!("{:.1} %", 100.0 * part)
}
