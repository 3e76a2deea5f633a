//! CPU times in workload files: `compute = { kernel = "sha256", cpu = "1ms" }` asks for as much of the
//! kernel as takes that long on this machine. Requests always have the size that it came to.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::plain_words::plain_words;
use crate::units::{format_duration, parse_duration};

/// The bounds: below, the clock is too coarse to calibrate by; above, a calibration would take minutes.
const BOUNDS: [Duration; 2] = [Duration::from_micros(1), Duration::from_secs(1)];
/// A size that every kernel allows, in the place of one that is not known yet.
const PLACEHOLDER: &str = "1B";

/// The CPU time that a `compute` step is to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpuTime {
    /// The number of the step, from 0.
    pub step: usize,
    /// The time of one thread.
    pub time: Duration,
    /// Where it was asked for, for messages: `mine.toml:9:40`, or `cpu=1ms` on a command line.
    pub asked_at: String,
}

/// A CPU time from 1 µs to 1 s, as people write it: `1ms`.
///
/// # Errors
/// What is allowed, in words.
pub fn parse_cpu_time(text: &str) -> Result<Duration, String> {
    let Some(time) = parse_duration(text) else {
        return Err(refusal(&format!("`{text}`")));
    };
    let [least, most] = BOUNDS;
    if (least..=most).contains(&time) {
        return Ok(time);
    }
    let [least, most] = BOUNDS.map(format_duration);
    Err(format!(
        "{text} is out of bounds: allowed are {least} to {most}"
    ))
}

fn refusal(found: &str) -> String {
    format!(
        "{found} is no CPU time: `cpu` takes a whole number with its unit (us, ms, s), such as 1ms; \
         `size` takes the kernel's units"
    )
}

/// A mistake at a place of the text.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) offset: usize,
    pub(crate) problem: String,
}

impl Mistake {
    pub(crate) fn at(span: Range<usize>, problem: impl Into<String>) -> Self {
        Self {
            offset: span.start,
            problem: problem.into(),
        }
    }
}

impl From<toml::de::Error> for Mistake {
    fn from(error: toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        Self::at(start..start, plain_words(error.message()))
    }
}

/// A CPU time of a file: the number of its step, the time, and its byte offset.
pub(crate) type Taken = (usize, Duration, usize);

/// Takes the CPU times out of a workload's table, and puts a size in the place of each.
pub(crate) fn take(table: &mut DeTable<'_>) -> Result<Vec<Taken>, Mistake> {
    let mut taken = Vec::new();
    for (step, compute) in compute_steps(table) {
        if let Some((time, offset)) = take_one(compute)? {
            taken.push((step, time, offset));
        }
    }
    Ok(taken)
}

/// The `compute` tables among the steps. What has another form is refused where it is read.
fn compute_steps<'a, 'i>(
    table: &'a mut DeTable<'i>,
) -> impl Iterator<Item = (usize, &'a mut Spanned<DeValue<'i>>)> {
    let steps = match table.get_mut("step").map(Spanned::get_mut) {
        Some(DeValue::Array(steps)) => Some(steps),
        _ => None,
    };
    let each = steps.into_iter().flat_map(|steps| steps.iter_mut());
    each.enumerate().filter_map(|(number, step)| {
        let DeValue::Table(step) = step.get_mut() else {
            return None;
        };
        Some((number, step.get_mut("compute")?))
    })
}

fn take_one(compute: &mut Spanned<DeValue<'_>>) -> Result<Option<(Duration, usize)>, Mistake> {
    let whole = compute.span();
    let DeValue::Table(fields) = compute.get_mut() else {
        return Ok(None);
    };
    let has_size = fields.contains_key("size");
    let Some(cpu) = fields.remove("cpu") else {
        if has_size {
            return Ok(None);
        }
        let problem = "how much is computed is missing: `size` in the kernel's units, or `cpu`, a time \
                       such as \"1ms\"";
        return Err(Mistake::at(whole, problem));
    };
    let span = cpu.span();
    if has_size {
        let problem = "`cpu` and `size` both say how much is computed: allowed is one of them";
        return Err(Mistake::at(span, problem));
    }
    let time = match cpu.into_inner() {
        DeValue::String(text) => parse_cpu_time(&text),
        DeValue::Integer(number) => Err(refusal(&format!("`{}`", number.as_str()))),
        other => Err(refusal(&format!("a value of type {}", other.type_str()))),
    }
    .map_err(|problem| Mistake::at(span.clone(), problem))?;
    fields.insert(
        Spanned::new(span.clone(), "size".into()),
        Spanned::new(span.clone(), DeValue::String(PLACEHOLDER.into())),
    );
    Ok(Some((time, span.start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cpu_time_is_a_time() {
        assert_eq!(parse_cpu_time("1ms"), Ok(Duration::from_millis(1)));
        assert_eq!(parse_cpu_time("250 us"), Ok(Duration::from_micros(250)));
        for bare in ["1", "5MiB", "1.5ms", "", "-1ms"] {
            let problem = parse_cpu_time(bare).unwrap_err();
            assert!(
                problem.contains("`size` takes the kernel's units"),
                "{bare}"
            );
        }
        let problem = parse_cpu_time("11s").unwrap_err();
        assert_eq!(problem, "11s is out of bounds: allowed are 1us to 1s");
        assert!(parse_cpu_time("999ns").is_err());
    }
}
