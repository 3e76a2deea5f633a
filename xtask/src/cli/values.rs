//! Values of flags as they are typed: percentages and times.

use std::time::Duration;

use compare::Wish;
use verdict::stopping::Precision;

const MICROSECONDS: [(&str, u64); 4] = [("us", 1), ("µs", 1), ("ms", 1000), ("s", 1_000_000)];
const MILLISECONDS: [(&str, u64); 4] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

/// The longest time that `--max-time` and `--time-limit` take: a week.
const LONGEST_MS: u64 = 7 * 24 * 3_600_000;

pub(super) fn wish(text: &str) -> Result<Wish, String> {
    if text == "off" {
        return Ok(Wish::Off);
    }
    text.strip_suffix('%')
        .and_then(|number| number.trim().parse().ok())
        .filter(|percent| (0.01..=100.0).contains(percent))
        .and_then(|percent| Precision::new(percent / 100.0).ok())
        .map(Wish::Within)
        .ok_or_else(|| "a percentage from 0.01% to 100%, such as `2%`, or `off`".to_owned())
}

/// The interval in microseconds.
pub(super) fn switch_interval(text: &str) -> Result<u64, String> {
    whole(text, &MICROSECONDS)
        .filter(|micros| (1..=60_000_000).contains(micros))
        .ok_or_else(|| "a whole number and us, ms or s, from 1us to 60s, such as `5ms`".to_owned())
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    whole(text, &MILLISECONDS)
        .filter(|ms| (1..=LONGEST_MS).contains(ms))
        .map(Duration::from_millis)
        .ok_or_else(|| "a whole number and ms, s, m or h, up to 168h, such as `30s`".to_owned())
}

/// A whole number and one of the units, in the smallest of them.
fn whole(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, scale) = units.iter().find(|(name, _)| *name == unit)?;
    // A number that overflows is refused like one that is no number.
    number.parse::<u64>().ok()?.checked_mul(*scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precisions_are_percentages() {
        let two = Precision::new(0.02).unwrap();
        assert_eq!(wish("2%"), Ok(Wish::Within(two)));
        assert_eq!(wish("off"), Ok(Wish::Off));
        for bad in ["", "2", "0%", "-1%", "101%", "NaN%", "two%"] {
            assert!(wish(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn switch_intervals_are_at_least_a_microsecond() {
        assert_eq!(switch_interval("5ms"), Ok(5000));
        assert_eq!(switch_interval("100us"), Ok(100));
        assert_eq!(switch_interval("1µs"), Ok(1));
        for bad in ["", "5", "0us", "1ns", "61s", "-1us", "1.5ms"] {
            assert!(switch_interval(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_a_unit_and_an_end() {
        assert_eq!(time("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(time("50ms"), Ok(Duration::from_millis(50)));
        for bad in [
            "",
            "5",
            "s",
            "0s",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "200h",
            "5 s",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
