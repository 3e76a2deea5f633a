//! Values of flags as they are typed: percentages and times.

use std::time::Duration;

use compare::Wish;
use protocol::parse_duration;
use verdict::stopping::Precision;

/// The shortest and the longest time that `--max-time` and `--time-limit` take; the longest is a week.
const TIMES: [Duration; 2] = [Duration::from_millis(1), Duration::from_secs(7 * 24 * 3600)];

/// The shortest and the longest time in which the tasks of one run of `find-rate` arrive.
const LENGTHS: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(600)];

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
    parse_duration(text)
        .filter(|interval| interval.subsec_nanos().is_multiple_of(1000))
        .and_then(|interval| u64::try_from(interval.as_micros()).ok())
        .filter(|micros| (1..=60_000_000).contains(micros))
        .ok_or_else(|| "a whole number and us, ms or s, from 1us to 60s, such as `5ms`".to_owned())
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    let [shortest, longest] = TIMES;
    parse_duration(text)
        .filter(|time| (shortest..=longest).contains(time))
        .ok_or_else(|| "a whole number and ms, s, m or h, up to 168h, such as `30s`".to_owned())
}

/// How long runs are: a time, or whole seconds.
pub(super) fn length(text: &str) -> Result<Duration, String> {
    let [shortest, longest] = LENGTHS;
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds
        .or_else(|| parse_duration(text))
        .filter(|time| (shortest..=longest).contains(time))
        .ok_or_else(|| {
            "seconds, or a whole number and ms, s or m, from 100ms to 10m, such as `10s`".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_seconds_or_have_a_unit() {
        assert_eq!(length("10"), Ok(Duration::from_secs(10)));
        assert_eq!(length("500ms"), Ok(Duration::from_millis(500)));
        for bad in ["", "0", "-1", "99ms", "11m", "1.5", "s"] {
            assert!(length(bad).is_err(), "{bad}");
        }
    }

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
        assert_eq!(time("50 ms"), Ok(Duration::from_millis(50)));
        for bad in [
            "",
            "5",
            "s",
            "0s",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "200h",
            "5us",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
