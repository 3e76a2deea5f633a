//! The names of figures, the values of figures and the thresholds in words: the same in the table,
//! the page and the exports.

use catalog::params::{Unit, unit};
use terminal::{bytes, count, counted, duration};

use crate::book::Test;
use crate::estimated::{Beyond, Estimated};
use crate::figure::{Figure, Metric};

/// The text in the place of a figure that there is not.
pub(crate) const NO_FIGURE: &str = "no figure";

/// The name of a test's figure, such as `speed-up of threads at cpu`.
pub(crate) fn figure(test: &Test) -> String {
    let Test { role, load, .. } = test;
    let metric = test.metric.name();
    match (test.figure, &test.other_role, &test.other_load) {
        (Figure::SpeedUp, ..) => format!("speed-up of {role} at {load}"),
        (Figure::Value, ..) if test.is_never() => format!("largest {metric} of {role} at {load}"),
        (Figure::Value, ..) => format!("{metric} of {role} at {load}"),
        (Figure::Crossover, ..) => crossover(test),
        (Figure::Lines, other, _) => {
            let other_role = other.as_deref().unwrap_or_default();
            format!("lines of code of {role} ÷ {other_role}")
        }
        (Figure::Ratio, Some(other_role), None) => {
            format!("{metric} of {role} ÷ {other_role} at {load}")
        }
        (Figure::Ratio, None, Some(other_load)) => {
            format!("{metric} of {role} at {load} ÷ {other_load}")
        }
        (Figure::Ratio, other_role, other_load) => format!(
            "{metric} of {role} at {load} ÷ {} at {}",
            other_role.as_ref().unwrap_or(role),
            other_load.as_ref().unwrap_or(load)
        ),
    }
}

fn crossover(test: &Test) -> String {
    let setting = test.setting.as_deref().unwrap_or_default();
    let factor = test.factor.unwrap_or(1.0);
    let (role, first) = (&test.role, &test.load);
    let last = test.further_levels.last().unwrap_or(first);
    format!("{setting} from which the speed-up of {role} is {factor}× ({first} to {last})")
}

/// A condition in front of a figure: `5 in flight: `, or nothing.
pub(crate) fn prefix(when: Option<&str>) -> String {
    when.map_or_else(String::new, |when| format!("{when}: "))
}

/// A remark after something: ` (4 rounds give no interval)`, or nothing.
pub(crate) fn remark(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!(" ({text})"))
}

/// How many rounds other processes disturbed, and what became of them; `None` where that is none.
pub(crate) fn disturbed((rounds, loads): (u64, u64)) -> Option<String> {
    if rounds == 0 {
        return None;
    }
    let disturbed = format!("{} disturbed by other processes", counted(rounds, "round"));
    Some(if loads == 0 {
        format!("{disturbed} and measured again")
    } else {
        format!(
            "{disturbed}; at {} they count all the same, because there were too many to measure again",
            counted(loads, "load")
        )
    })
}

/// The threshold of a test: `≥ 5`, or `5 to 6` where there are two bounds.
pub(crate) fn threshold(test: &Test) -> String {
    if let Some(factor) = test.differs_by {
        return format!("≥ {factor} or ≤ 1 ÷ {factor}");
    }
    match (test.at_least, test.at_most) {
        (Some(least), Some(most)) => format!("{} to {}", bound(test, least), bound(test, most)),
        (Some(least), None) => format!("≥ {}", bound(test, least)),
        (None, Some(most)) => format!("≤ {}", bound(test, most)),
        (None, None) => String::new(),
    }
}

/// A value with its interval: `1.98× [1.95, 1.99]`.
pub(crate) fn shown(test: &Test, estimated: &Estimated) -> String {
    let Some(value) = estimated.value else {
        return NO_FIGURE.to_owned();
    };
    let figure = number(test, value);
    match (estimated.beyond, estimated.interval) {
        (Some(Beyond::Below), _) => format!("at or below {figure}"),
        (Some(Beyond::Above), _) => format!("at or above {figure}"),
        // What was counted and not sampled has an interval without width, which would only look as
        // if it were known more exactly than the rest.
        (None, Some((lower, upper))) if lower == upper && lower == value => figure,
        (None, Some((lower, upper))) => {
            let (from, to) = (number(test, lower), number(test, upper));
            format!("{figure} [{from}, {to}]")
        }
        (None, None) => format!("{figure} (no interval)"),
    }
}

fn number(test: &Test, value: f64) -> String {
    match test.figure {
        Figure::Value => test.metric.shown(value),
        Figure::SpeedUp => format!("{}×", factor(value)),
        Figure::Crossover => setting(test, value),
        Figure::Ratio | Figure::Lines => factor(value),
    }
}

/// A bound of a threshold. It was chosen as a round number, so it is shown without the decimals that
/// a measured value has.
fn bound(test: &Test, value: f64) -> String {
    match (test.figure, test.metric) {
        (Figure::Value, Metric::Cores) => format!("{value}"),
        (Figure::Value, Metric::CpuShare | Metric::Lost | Metric::OutOfOrder | Metric::Seen) => {
            format!("{:.0} %", value * 100.0)
        }
        (Figure::Value, metric) => metric.shown(value),
        (Figure::SpeedUp, _) => format!("{value}×"),
        (Figure::Crossover, _) => setting(test, value),
        (Figure::Ratio | Figure::Lines, _) => format!("{value}"),
    }
}

/// A value of the setting of a crossover, in the setting's unit.
fn setting(test: &Test, value: f64) -> String {
    match test.setting.as_deref().map(unit) {
        Some(Unit::Nanoseconds) => duration(value),
        Some(Unit::Bytes) => bytes(value as u64),
        _ => count(value),
    }
}

fn factor(value: f64) -> String {
    // Three digits that say something: from 9.995 on two decimals would round to four digits, and
    // below 0.1 they would leave a single one.
    match value.abs() {
        size if size >= 9.995 => count(value),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}
