//! Notes about the figures of an open loop.

use protocol::Spread;
use results::{Punctuality, WorkloadRecord};

/// A larger part of late hand-overs than this is reported: then the figures are partly those of a
/// generator that could not keep its own times.
const GENERATOR_LATE: f64 = 0.01;

/// The notes of a workload, from the punctuality of each of its variants; none in a closed loop.
pub(crate) fn notes<'a>(
    record: &WorkloadRecord,
    punctual: impl Iterator<Item = (&'a str, Punctuality)>,
) -> Vec<String> {
    if record.workload.rate.is_none() {
        return Vec::new();
    }
    let spread = match record.workload.arrivals {
        Spread::Uniform => "uniform",
        Spread::Poisson => "Poisson",
    };
    // Latency from the intended start counts the time that a task waited for its turn. From the
    // actual start it would leave out just the tasks that a stall delayed (coordinated omission).
    let loads = format!(
        "open loop, {spread} arrivals: ratios and verdicts are of CPU per task; latency counts from the intended start"
    );
    [loads]
        .into_iter()
        .chain(
            punctual
                .filter(|(_, punctuality)| punctuality.generator_late > GENERATOR_LATE)
                .map(|(variant, punctuality)| {
                    let late = percent_to_tenth(punctuality.generator_late);
                    format!(
                        "generator late: {variant}: {late} of the tasks were handed over more than 1 ms late"
                    )
                }),
        )
        .collect()
}

/// A part as a percentage with one decimal. `terminal::percent` chooses the decimals by the size of the
/// number, which would make the cells of a column hard to compare.
pub(crate) fn percent_to_tenth(part: f64) -> String {
    format!("{:.1} %", 100.0 * part)
}
