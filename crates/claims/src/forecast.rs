//! How long the measurement of claims takes, and where the time goes, reckoned from the plan.

use std::fmt::Write as _;
use std::time::Duration;

use terminal::{counted, duration};

use crate::comparison::PlannedComparison;
use crate::request::{PATIENCE, PRECISION, TIME};

/// The loads that take most of the time are shown, and the others are summed up.
const SHOWN: usize = 8;

/// Gives each comparison its part of the time for measured blocks, as long as the blocks that are measured in
/// any case take, times the patience with disturbed ones. All have all the time where the number of blocks was
/// asked for.
pub(crate) fn share_time(planned: &mut [PlannedComparison]) {
    let others: Duration = planned.iter().map(PlannedComparison::time_of_others).sum();
    let fewest: Duration = planned.iter().map(PlannedComparison::time_of_fewest).sum();
    let time = TIME.saturating_sub(others);
    for comparison in planned {
        let part = comparison.time_of_fewest().as_secs_f64() / fewest.as_secs_f64().max(1e-9);
        let options = &mut comparison.choice.options;
        if options.fewest_blocks < options.blocks {
            let budget = time.mul_f64(part * PATIENCE).as_millis();
            options.budget_ms = u64::try_from(budget).ok();
        }
    }
}

/// The plan in words, a line each: how many runs there are, how long they take, and which loads take most.
pub(crate) fn lines(planned: &[PlannedComparison]) -> Vec<String> {
    let Some(first) = planned.first() else {
        return vec!["nothing can be measured here".to_owned()];
    };
    let runs: u64 = planned.iter().map(PlannedComparison::runs).sum();
    let others: Duration = planned.iter().map(PlannedComparison::time_of_others).sum();
    let fewest: Duration = planned.iter().map(PlannedComparison::time_of_fewest).sum();
    let options = &first.choice.options;
    let mut first_line = format!(
        "{} after the build, about {}: {} for {} of every load, {} for answers and memory",
        counted(runs, "run"),
        minutes(others + fewest),
        minutes(fewest),
        counted(options.fewest_blocks, "round"),
        minutes(others),
    );
    if options.fewest_blocks < options.blocks {
        let _ = write!(
            first_line,
            "; then more rounds, up to {}, of loads whose figures are wider than ±{:.0} %, until {} are over",
            options.blocks,
            PRECISION * 100.0,
            minutes(TIME.max(others + fewest)),
        );
    }
    vec![first_line, longest(planned)]
}

/// The loads that take longest in a round.
fn longest(planned: &[PlannedComparison]) -> String {
    let mut loads: Vec<(&str, Duration)> = planned
        .iter()
        .flat_map(PlannedComparison::time_of_block)
        .collect();
    loads.sort_by(|(_, one), (_, other)| other.cmp(one));
    let all: Duration = loads.iter().map(|(_, time)| *time).sum();
    let shown: Vec<String> = loads
        .iter()
        .take(SHOWN)
        .map(|(name, time)| format!("{name} {}", seconds(*time)))
        .collect();
    let mut line = format!("a round takes about {}: {}", seconds(all), shown.join(", "));
    let rest = loads.get(SHOWN..).unwrap_or_default();
    if !rest.is_empty() {
        let time: Duration = rest.iter().map(|(_, time)| *time).sum();
        let _ = write!(
            line,
            ", {} {}",
            counted(rest.len() as u64, "other load"),
            seconds(time)
        );
    }
    line
}

fn minutes(time: Duration) -> String {
    format!("{:.1} min", time.as_secs_f64() / 60.0)
}

fn seconds(time: Duration) -> String {
    duration(time.as_nanos() as f64)
}
