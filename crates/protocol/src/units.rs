//! Numbers with bounds and units as people write them: counts, sizes (`"64KiB"`) and durations
//! (`"20ms"`). A value out of bounds is refused while it is read, so that the error knows its
//! place in the file. The fields that use these state the bounds.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};

const SIZES: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];
/// The units that durations are written in; the first four are also those that they are shown in.
const DURATIONS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("µs", 1_000),
];
/// How many of them are units that durations are shown in.
const SHOWN: usize = 4;

/// A whole number from `MIN` to `MAX`.
pub(crate) fn count<'de, D, const MIN: u64, const MAX: u64>(source: D) -> Result<u64, D::Error>
where
    D: Deserializer<'de>,
{
    source.deserialize_any(Number {
        min: MIN,
        max: MAX,
        units: None,
        what: "a whole number",
    })
}

/// A whole number of bytes from `MIN` to `MAX`: `65536` or `"64KiB"`.
pub(crate) fn size<'de, D, const MIN: u64, const MAX: u64>(source: D) -> Result<u64, D::Error>
where
    D: Deserializer<'de>,
{
    let what = "a number of bytes, or one with a unit (B, KiB, MiB, GiB)";
    source.deserialize_any(Number {
        min: MIN,
        max: MAX,
        units: Some(&SIZES),
        what,
    })
}

/// A duration from `MIN` to `MAX` nanoseconds, always with its unit: `"20ms"`.
pub(crate) fn duration<'de, D, const MIN: u64, const MAX: u64>(
    source: D,
) -> Result<Duration, D::Error>
where
    D: Deserializer<'de>,
{
    source.deserialize_any(DurationText { min: MIN, max: MAX })
}

/// Writes a duration as whole nanoseconds, the one form that a peer must be able to read.
pub(crate) fn write_duration<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{}ns", value.as_nanos()))
}

/// A duration as people write it, everywhere in the same way: a whole number and its unit (ns, us or µs, ms,
/// s, m, h), such as `20ms` or `20 ms`. `None` where it is none, or lasts longer than 584 years.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    with_unit(text, &DURATIONS).map(Duration::from_nanos)
}

/// A duration in the largest unit that keeps it whole: `20ms`.
#[must_use]
pub fn format_duration(value: Duration) -> String {
    let nanos = value.as_nanos();
    let whole = DURATIONS[..SHOWN]
        .iter()
        .rev()
        .find(|(_, unit)| nanos.is_multiple_of(u128::from(*unit)));
    match whole {
        Some((name, unit)) if nanos > 0 => format!("{}{name}", nanos / u128::from(*unit)),
        _ => "0ns".to_owned(),
    }
}

/// A size in the largest unit that keeps it whole: `64KiB`.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    let whole = SIZES
        .iter()
        .find(|(_, unit)| bytes > 0 && bytes.is_multiple_of(*unit));
    let (name, unit) = whole.unwrap_or(&("B", 1));
    format!("{}{name}", bytes / unit)
}

/// A number, an optional unit, and the bounds it must keep.
struct Number {
    min: u64,
    max: u64,
    units: Option<&'static [(&'static str, u64)]>,
    what: &'static str,
}

impl Number {
    fn bounded<E: Error>(&self, value: u64) -> Result<u64, E> {
        if (self.min..=self.max).contains(&value) {
            return Ok(value);
        }
        let [min, max] = [self.min, self.max].map(|bound| match self.units {
            Some(_) => format_size(bound),
            None => bound.to_string(),
        });
        Err(E::custom(format!(
            "{value} is out of bounds: allowed are {min} to {max}"
        )))
    }
}

impl Visitor<'_> for Number {
    type Value = u64;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.what)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u64, E> {
        self.bounded(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u64, E> {
        match u64::try_from(value) {
            Ok(value) => self.bounded(value),
            Err(_) => Err(E::custom(format!(
                "{value} is negative: expected {}",
                self.what
            ))),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        let Some(units) = self.units else {
            return Err(E::invalid_type(Unexpected::Str(text), &self));
        };
        match with_unit(text, units) {
            Some(value) => self.bounded(value),
            None => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

struct DurationText {
    min: u64,
    max: u64,
}

impl Visitor<'_> for DurationText {
    type Value = Duration;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(
            "a whole number with its unit in quotes (ns, us, ms, s, m, h), such as \"20ms\"",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        let duration =
            parse_duration(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))?;
        let [min, max] = [self.min, self.max].map(Duration::from_nanos);
        if (min..=max).contains(&duration) {
            return Ok(duration);
        }
        let [min, max] = [min, max].map(format_duration);
        Err(E::custom(format!(
            "{text} is out of bounds: allowed are {min} to {max}"
        )))
    }
}

/// A whole number followed by one of the units, spaces apart; `None` also where it overflows.
pub(crate) fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let trimmed = text.trim();
    let digits = trimmed
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let (_, scale) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_whole() {
        assert_eq!(with_unit("64KiB", &SIZES), Some(65_536));
        assert_eq!(parse_duration(" 2 m "), Some(Duration::from_secs(120)));
        assert_eq!(parse_duration("7µs"), Some(Duration::from_micros(7)));
        for none in ["20", "1.5s", "99999999999999s", "-1s", "s", "1min", ""] {
            assert_eq!(parse_duration(none), None, "{none}");
        }
    }

    #[test]
    fn values_are_shown_in_the_largest_whole_unit() {
        assert_eq!(format_duration(Duration::from_millis(20)), "20ms");
        assert_eq!(format_duration(Duration::from_micros(1_500)), "1500us");
        assert_eq!(format_duration(Duration::ZERO), "0ns");
        assert_eq!(format_size(65_536), "64KiB");
        assert_eq!(format_size(0), "0B");
    }
}
