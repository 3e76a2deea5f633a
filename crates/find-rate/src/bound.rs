//! One part of a condition: a figure of a run, and the limit that it has to keep.

use std::fmt;

use protocol::{format_duration, parse_duration};
use results::percentile;
use terminal::{duration_of, percent};

use crate::figures::Figures;

/// What may stand in a condition.
pub(crate) const ALLOWED: &str = "allowed are `pNN<TIME` such as `p99<50ms` or `p99.9<1s`, `completed>PERCENT` such as \
     `completed>99%`, and `late<PERCENT` such as `late<1%`";

/// One part of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    /// A percentile of the latencies is below a time.
    Latency {
        /// The fraction of the tasks, above 0 and below 1.
        fraction: f64,
        /// The time, in nanoseconds.
        below: u64,
    },
    /// A larger fraction of the tasks ended by the time at which the last one, had it met no queue, would have ended.
    Completed {
        /// A fraction of the tasks, at least 0 and below 1.
        above: f64,
    },
    /// A smaller fraction of the tasks started more than 1 ms after they were due.
    Late {
        /// A fraction of the tasks, above 0 and at most 1.
        below: f64,
    },
}

impl Bound {
    /// Reads `p99<50ms`, `completed>99%` or `late<1%`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn read(text: &str) -> Result<Bound, String> {
        let Some(at) = text.find(['<', '>']) else {
            return Err("neither `<` nor `>` is in it".to_owned());
        };
        let (figure, sign, limit) = (text[..at].trim(), &text[at..=at], text[at + 1..].trim());
        let (bound, due) = match figure {
            "completed" => (completed(limit)?, ">"),
            "late" => (late(limit)?, "<"),
            _ => (latency(figure, limit)?, "<"),
        };
        if sign == due {
            return Ok(bound);
        }
        Err(format!("`{figure}` takes `{due}`, and not `{sign}`"))
    }

    /// How much of what is allowed the figures use: below 1 the limit is kept. All parts of a condition are measured
    /// alike, so that the largest says which is nearest to its limit.
    pub(crate) fn used(&self, figures: &Figures) -> f64 {
        match *self {
            Bound::Latency { fraction, below } => {
                let nanos = percentile(&figures.latency, fraction).unwrap_or(u64::MAX);
                nanos as f64 / below as f64
            }
            Bound::Completed { above } => (1.0 - figures.completed_in_time) / (1.0 - above),
            Bound::Late { below } => figures.late_starts / below,
        }
    }

    /// Whether not even the fastest task of a run was within a limit of latencies.
    pub(crate) fn is_beyond_all(&self, figures: &Figures) -> bool {
        match *self {
            Bound::Latency { below, .. } => {
                figures.fastest_ns().is_some_and(|fastest| fastest >= below)
            }
            Bound::Completed { .. } | Bound::Late { .. } => false,
        }
    }

    /// The figure itself, in words: `p99 12.3 ms`.
    pub(crate) fn figure(&self, figures: &Figures) -> String {
        match *self {
            Bound::Latency { fraction, .. } => {
                let nanos = percentile(&figures.latency, fraction).unwrap_or_default();
                format!("{} {}", percentile_name(fraction), duration_of(nanos))
            }
            Bound::Completed { .. } => {
                format!("completed {}", fine_percent(figures.completed_in_time))
            }
            Bound::Late { .. } => format!("late {}", fine_percent(figures.late_starts)),
        }
    }

    /// How many tasks a run has to have at least for this figure: ten of them beyond the limit.
    pub(crate) fn fewest_tasks(&self) -> u64 {
        let beyond = match *self {
            Bound::Latency { fraction, .. } => 1.0 - fraction,
            Bound::Completed { above } => 1.0 - above,
            Bound::Late { below } => below,
        };
        (10.0 / beyond).round().min(1e6) as u64
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Bound::Latency { fraction, below } => {
                let time = format_duration(std::time::Duration::from_nanos(below));
                write!(to, "{}<{time}", percentile_name(fraction))
            }
            Bound::Completed { above } => write!(to, "completed>{}%", percentage(above)),
            Bound::Late { below } => write!(to, "late<{}%", percentage(below)),
        }
    }
}

fn latency(figure: &str, limit: &str) -> Result<Bound, String> {
    let digits = figure.strip_prefix('p').filter(|rest| {
        // `parse` alone would take signs, exponents and `inf` too.
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    let number: Option<f64> = digits.and_then(|digits| digits.parse().ok());
    let Some(percent) = number.filter(|percent| *percent > 0.0 && *percent < 100.0) else {
        return Err(format!("`{figure}` is no figure"));
    };
    let nanos = parse_duration(limit)
        .and_then(|time| u64::try_from(time.as_nanos()).ok())
        .filter(|nanos| *nanos > 0);
    let below = nanos.ok_or_else(|| format!("`{limit}` is no time"))?;
    Ok(Bound::Latency {
        fraction: percent / 100.0,
        below,
    })
}

fn completed(limit: &str) -> Result<Bound, String> {
    let above = fraction_of(limit)?;
    if above < 1.0 {
        return Ok(Bound::Completed { above });
    }
    Err("no run completes more than 100 %".to_owned())
}

fn late(limit: &str) -> Result<Bound, String> {
    let below = fraction_of(limit)?;
    if below > 0.0 {
        return Ok(Bound::Late { below });
    }
    Err("no run has less than 0 %".to_owned())
}

/// A percentage as a fraction from 0 to 1.
fn fraction_of(text: &str) -> Result<f64, String> {
    let digits = text.strip_suffix('%').map(str::trim).filter(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    let number: Option<f64> = digits.and_then(|digits| digits.parse().ok());
    number
        .filter(|percent| *percent <= 100.0)
        .map(|percent| percent / 100.0)
        .ok_or_else(|| format!("`{text}` is no percentage from 0% to 100%"))
}

/// The name of a percentile: `p99.9`.
fn percentile_name(fraction: f64) -> String {
    format!("p{}", percentage(fraction))
}

/// A fraction as a percentage as people type it: 0.999 is `99.9`.
fn percentage(fraction: f64) -> f64 {
    (fraction * 1e8).round() / 1e6
}

/// A fraction with as many digits as tell it from 1.
fn fine_percent(fraction: f64) -> String {
    match fraction {
        0.99..1.0 => format!("{:.2} %", (1e4 * fraction).floor() / 100.0),
        _ => percent(fraction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::figures;

    #[test]
    fn what_is_read_is_written_alike() {
        for text in [
            "p99<50ms",
            "p99.9<1s",
            "p50<100us",
            "completed>99%",
            "late<0.5%",
        ] {
            assert_eq!(Bound::read(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Bound::read(" p99 < 50 ms ").unwrap().to_string(),
            "p99<50ms"
        );
    }

    #[test]
    fn figures_use_some_part_of_what_is_allowed() {
        let used = |text: &str| Bound::read(text).unwrap().used(&figures(1000));
        // 99 of 100 tasks take 10 ms, the last 20 ms; 2 % of them end late and 4 % start late.
        assert_eq!([used("p99<20ms"), used("p99.5<10ms")], [0.5, 2.0]);
        assert!((used("completed>96%") - 0.5).abs() < 1e-9);
        assert!((used("late<2%") - 2.0).abs() < 1e-9);
        let text = |text: &str| Bound::read(text).unwrap().figure(&figures(1000));
        assert_eq!(text("p99.5<1s"), "p99.5 20.0 ms");
        assert_eq!(text("completed>9%"), "completed 98 %");
        assert_eq!(text("late<9%"), "late 4 %");
    }

    #[test]
    fn a_run_has_ten_tasks_beyond_the_limit() {
        let fewest = |text: &str| Bound::read(text).unwrap().fewest_tasks();
        assert_eq!(fewest("p99<1s"), 1000);
        assert_eq!(fewest("p99.9<1s"), 10_000);
        assert_eq!(fewest("completed>90%"), 100);
        assert_eq!(fewest("late<0.0000001%"), 1_000_000);
    }
}
