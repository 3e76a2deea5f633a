//! Times in UTC, for the names of folders and for people. The little that is needed is computed here,
//! so that no calendar library is.

use std::time::{SystemTime, UNIX_EPOCH};

/// The current time, in milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A time in milliseconds since 1970 as people read it: `2026-11-22T23:07:09Z`.
pub fn readable(ms: u64) -> String {
    let (year, month, day) = date(ms / 86_400_000);
    let (hour, minute, second) = clock(ms);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A time in milliseconds since 1970 as a part of a folder's name: `20261122T230709.123Z`. Names sort by
/// time, and the milliseconds keep two comparisons from sharing one.
pub fn for_name(ms: u64) -> String {
    let (year, month, day) = date(ms / 86_400_000);
    let (hour, minute, second) = clock(ms);
    let rest = ms % 1000;
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{rest:03}Z")
}

/// The hour, minute and second of the day.
fn clock(ms: u64) -> (u64, u64, u64) {
    let seconds = ms / 1000;
    (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The year, month and day that are this many days after the first of January 1970.
fn date(mut days: u64) -> (u64, u64, u64) {
    // Whole years and then whole months are counted off. That takes some fifty steps, which does not
    // matter for one name, and can be checked by reading.
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(readable(0), "1970-01-01T00:00:00Z");
        assert_eq!(readable(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(readable(1_704_067_199_000), "2023-12-31T23:59:59Z");
        assert_eq!(for_name(1_798_761_600_007), "20270101T000000.007Z");
    }
}
