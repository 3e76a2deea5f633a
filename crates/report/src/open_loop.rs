//! Words about the figures of an open loop.

use results::{Punctuality, WorkloadRecord};

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
