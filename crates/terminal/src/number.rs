//! Numbers for people: three digits and a unit. Raw integers stay in the files.

/// Nanoseconds as a time: `1.23 ms`.
pub fn duration(ns: f64) -> String {
    let (scale, unit) = duration_unit(ns);
    format!("{} {unit}", digits(ns / scale))
}

/// Whole nanoseconds as a time, like [`duration`].
pub fn duration_of(ns: u64) -> String {
    duration(ns as f64)
}

/// A time in nanoseconds with its interval, all in one unit: `1.50 s [0.900, 2.00]`.
pub fn duration_with(ns: f64, interval: Option<(f64, f64)>) -> String {
    // One unit for all three, or the bounds of a wide interval could not be compared at a glance.
    let (scale, unit) = duration_unit(ns);
    let middle = digits(ns / scale);
    match interval {
        Some((lower, upper)) => {
            format!(
                "{middle} {unit} [{}, {}]",
                digits(lower / scale),
                digits(upper / scale)
            )
        }
        None => format!("{middle} {unit}"),
    }
}

/// A ratio with its interval: `0.912 [0.900, 0.930]`, or `0.912 (no interval)`.
pub fn ratio(ratio: f64, interval: Option<(f64, f64)>) -> String {
    match interval {
        Some((lower, upper)) => {
            format!("{} [{}, {}]", factor(ratio), factor(lower), factor(upper))
        }
        None => format!("{} (no interval)", factor(ratio)),
    }
}

/// Bytes in binary units: `1.50 KiB`.
pub fn bytes(bytes: u64) -> String {
    match byte_unit(bytes) {
        (1, unit) => format!("{bytes} {unit}"),
        (scale, unit) => format!("{} {unit}", digits(bytes as f64 / scale as f64)),
    }
}

/// Bytes with their interval, all in one unit: `1.50 KiB [1.00, 2.00]`.
pub fn bytes_with_interval(middle: u64, (lower, upper): (u64, u64)) -> String {
    let [lower, upper] = in_unit_of(middle, [lower, upper]);
    format!("{} [{lower}, {upper}]", bytes(middle))
}

/// Bytes with the least and the most of them, all in one unit: `1.50 KiB (1.00 to 2.00)`.
pub fn bytes_with_range(middle: u64, (least, most): (u64, u64)) -> String {
    let [least, most] = in_unit_of(middle, [least, most]);
    format!("{} ({least} to {most})", bytes(middle))
}

/// A fraction as a percentage, with no more digits than it needs: 0.02 is `2 %`, 0.041 is `4.1 %`.
pub fn percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    match percent.abs() {
        p if p >= 99.95 => format!("{percent:.0} %"),
        p if p >= 0.95 && (p - p.round()).abs() < 0.05 => format!("{percent:.0} %"),
        p if p >= 0.1 => format!("{percent:.1} %"),
        _ => format!("{percent:.2} %"),
    }
}

/// A forecast of a time in milliseconds, no more exact than such a forecast is: `2 min`.
pub fn waiting(ms: u64) -> String {
    match ms {
        0..90_000 => format!("{} s", ms.div_ceil(1000).max(1)),
        90_000..5_400_000 => format!("{} min", (ms + 30_000) / 60_000),
        _ => format!("{} h", ms.saturating_add(1_800_000) / 3_600_000),
    }
}

/// A count, shortened by k and M: `12.3k`.
pub fn count(value: f64) -> String {
    // The limits lie where rounding to the digits of the next line would give one digit more.
    match value.abs() {
        v if v >= 999_500.0 => format!("{}M", digits(value / 1e6)),
        v if v >= 9_995.0 => format!("{}k", digits(value / 1e3)),
        v if v >= 1_000.0 => format!("{value:.0}"),
        _ => digits(value),
    }
}

/// A number and its noun, in the plural unless there is one of it: `3 rounds`, `1 process`, `2 bodies`.
pub fn counted(number: impl Into<u64>, noun: &str) -> String {
    let count = number.into();
    format!("{count} {}", plural(count, noun))
}

/// The noun for so many: `round` for one, `rounds` for none or two.
pub fn plural(number: impl Into<u64>, noun: &str) -> String {
    let is_one = number.into() == 1;
    let stem_of_y = noun
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match stem_of_y {
        _ if is_one => noun.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// A ratio. Near 1 it has three decimal places, which show a difference of 0.1 %.
pub fn factor(ratio: f64) -> String {
    if (0.1..10.0).contains(&ratio) {
        format!("{ratio:.3}")
    } else {
        count(ratio)
    }
}

/// The unit of a time, and how many nanoseconds it has.
fn duration_unit(ns: f64) -> (f64, &'static str) {
    // 999.5 is where three digits round up to 1000, which reads better as 1.00 of the next unit.
    match ns.abs() {
        v if v >= 0.9995e9 => (1e9, "s"),
        v if v >= 0.9995e6 => (1e6, "ms"),
        v if v >= 0.9995e3 => (1e3, "µs"),
        _ => (1.0, "ns"),
    }
}

/// The unit of a number of bytes, and how many bytes it has.
fn byte_unit(bytes: u64) -> (u64, &'static str) {
    let units = [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let fitting = units.into_iter().find(|(scale, _)| bytes >= *scale);
    fitting.unwrap_or((1, "B"))
}

/// Numbers of bytes in the unit that this one has, without the unit.
fn in_unit_of<const N: usize>(middle: u64, others: [u64; N]) -> [String; N] {
    let (scale, _) = byte_unit(middle);
    others.map(|bytes| digits(bytes as f64 / scale as f64))
}

/// Three significant digits, without an exponent.
fn digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        v if v >= 99.95 => format!("{value:.0}"),
        v if v >= 9.995 => format!("{value:.1}"),
        v if v >= 0.9995 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let shown = [999.6, 20.0, 412_345.0, 41_200_000.0, 1.5e9, 123e9].map(duration);
        assert_eq!(
            shown,
            ["1.00 µs", "20.0 ns", "412 µs", "41.2 ms", "1.50 s", "123 s"]
        );
        assert_eq!(
            duration_with(1.5e9, Some((9e8, 2e9))),
            "1.50 s [0.900, 2.00]"
        );
    }

    #[test]
    fn ratios_say_when_they_have_no_interval() {
        assert_eq!(ratio(0.91234, Some((0.9, 0.93))), "0.912 [0.900, 0.930]");
        assert_eq!(ratio(45.678, None), "45.7 (no interval)");
    }

    #[test]
    fn percentages_and_forecasts_are_no_more_exact_than_they_are() {
        let shown = [0.02, 0.041, 0.005, 0.0002, 9.0, f64::INFINITY].map(percent);
        assert_eq!(shown, ["2 %", "4.1 %", "0.5 %", "0.02 %", "900 %", "inf %"]);
        let shown = [10, 5000, 120_000, 7_200_000].map(waiting);
        assert_eq!(shown, ["1 s", "5 s", "2 min", "2 h"]);
    }

    #[test]
    fn nouns_agree_with_their_numbers() {
        let shown = [0_u32, 1, 2].map(|number| counted(number, "round"));
        assert_eq!(shown, ["0 rounds", "1 round", "2 rounds"]);
        let nouns = ["process", "entry", "key", "switch", "more round"];
        let shown = nouns.map(|noun| counted(2_u32, noun));
        let expected = [
            "2 processes",
            "2 entries",
            "2 keys",
            "2 switches",
            "2 more rounds",
        ];
        assert_eq!(shown, expected);
        assert_eq!(
            [plural(1_u32, "process"), plural(0_u32, "task")],
            ["process", "tasks"]
        );
    }

    #[test]
    fn counts_and_bytes_are_short() {
        let shown = [0.0, 12.34, 999.0, 1234.0, 12_345.0, 1_234_567.0].map(count);
        assert_eq!(shown, ["0", "12.3", "999", "1234", "12.3k", "1.23M"]);
        assert_eq!(
            [bytes(12), bytes(3 << 20), bytes(1536)],
            ["12 B", "3.00 MiB", "1.50 KiB"]
        );
        assert_eq!(
            bytes_with_range(3 << 20, (512 << 10, 2 << 30)),
            "3.00 MiB (0.500 to 2048)"
        );
        assert_eq!(
            bytes_with_interval(1536, (1024, 2048)),
            "1.50 KiB [1.00, 2.00]"
        );
    }
}
