//! Figures, thresholds and verdicts in words and signs: the same in the table, the page and the
//! exports.

use super::book::Test;
use super::estimate::{Beyond, Estimated};
use super::figure::{Figure, Metric};
use super::judge::{Outcome, Verdict};
use catalog::params::Unit;
use catalog::params::unit;
use terminal::{bytes, count, duration};

/// In the place of a figure.
pub(super) const NO_FIGURE: &str = "no figure";

/// What a test looks at.
pub(super) fn figure(test: &Test) -> String {
    let Test { of, at, .. } = test;
    let metric = test.metric.name();
    match (test.figure, &test.to, &test.to_at) {
        (Figure::SpeedUp, ..) => format!("speed-up of {of} at {at}"),
        (Figure::Value, ..) if test.is_never() => format!("largest {metric} of {of} at {at}"),
        (Figure::Value, ..) => format!("{metric} of {of} at {at}"),
        (Figure::Crossover, ..) => crossover(test),
        (Figure::Lines, to, _) => {
            let to = to.as_deref().unwrap_or_default();
            format!("lines of code of {of} ÷ {to}")
        }
        (Figure::Ratio, Some(to), None) => format!("{metric} of {of} ÷ {to} at {at}"),
        (Figure::Ratio, None, Some(to_at)) => format!("{metric} of {of} at {at} ÷ {to_at}"),
        (Figure::Ratio, to, to_at) => {
            let to = to.as_deref().unwrap_or(of);
            let to_at = to_at.as_deref().unwrap_or(at);
            format!("{metric} of {of} at {at} ÷ {to} at {to_at}")
        }
    }
}

fn crossover(test: &Test) -> String {
    let setting = test.setting.as_deref().unwrap_or_default();
    let (factor, last) = (test.factor.unwrap_or(1.0), test.through.last());
    let (of, first, last) = (&test.of, &test.at, last.unwrap_or(&test.at));
    format!("{setting} from which the speed-up of {of} is {factor}× ({first} to {last})")
}

/// `≥ 5`, or the band between two.
pub(super) fn threshold(test: &Test) -> String {
    let shown = |value| bound(test, value);
    if let Some(by) = test.differs_by {
        return format!("≥ {by} or ≤ 1 ÷ {by}");
    }
    match (test.at_least, test.at_most) {
        (Some(least), Some(most)) => format!("{} to {}", shown(least), shown(most)),
        (Some(least), None) => format!("≥ {}", shown(least)),
        (None, Some(most)) => format!("≤ {}", shown(most)),
        (None, None) => String::new(),
    }
}

/// A figure with its interval.
pub(super) fn shown(test: &Test, found: &Estimated) -> String {
    let one = |value| number(test, value);
    let Some(value) = found.value else {
        return NO_FIGURE.to_owned();
    };
    match found.beyond {
        Some(Beyond::Below) => return format!("at or below {}", one(value)),
        Some(Beyond::Above) => return format!("at or above {}", one(value)),
        None => {}
    }
    match found.interval {
        Some((lower, upper)) if lower == upper && lower == value => one(value),
        Some((lower, upper)) => format!("{} [{}, {}]", one(value), one(lower), one(upper)),
        None => format!("{} (no interval)", one(value)),
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

/// A threshold is a round number, and is shown as one.
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

/// In the unit of what is set.
fn setting(test: &Test, value: f64) -> String {
    match test.setting.as_deref().map(unit) {
        Some(Unit::Nanoseconds) => duration(value),
        Some(Unit::Bytes) => bytes(value as u64),
        _ => count(value),
    }
}

fn factor(value: f64) -> String {
    match value.abs() {
        v if v >= 9.995 => count(value),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

impl Verdict {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Depends => "depends",
            Self::Inconclusive => "inconclusive",
            Self::NotMeasurable => "not measurable here",
        }
    }

    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::DoesNotHold => "✗",
            Self::Depends => "±",
            Self::Inconclusive => "?",
            Self::NotMeasurable => "–",
        }
    }
}

impl Outcome {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::DoesNotHold => "✗",
            Self::Inconclusive => "?",
            Self::NotMeasurable => "–",
        }
    }
}
