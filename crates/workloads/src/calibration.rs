//! How much of a kernel takes a CPU time: a search over sizes for the one that takes it. The search is
//! pure; whoever measures hands in the clock.

use std::time::Duration;

/// A size whose time is off by less than this is taken at once.
const CLOSE_ENOUGH: f64 = 0.02;
/// A size whose time is off by more than this is no answer.
const TOO_FAR: f64 = 0.10;
/// Bisection alone needs 34 steps for the largest kernel; the power law makes most of them needless.
const MOST_STEPS: u32 = 40;

/// A size, and how long it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// The size in the kernel's unit.
    pub size: u64,
    /// The CPU time.
    pub time: Duration,
}

/// Why no size takes the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unreachable {
    /// The smallest size takes longer.
    TooShort {
        /// The smallest size.
        smallest: Timed,
    },
    /// The largest size takes less.
    TooLong {
        /// The largest size.
        largest: Timed,
    },
    /// The sizes on either side of it are both more than a tenth off.
    BetweenSizes {
        /// The larger of those that take less.
        below: Timed,
        /// The smaller of those that take longer.
        above: Timed,
    },
}

/// The size that takes a time, by measuring: sizes are doubled until one takes longer, and between that
/// and the one before, the next to try is where a power law through both takes the time. It is within
/// 2 % of the time, or within 10 % where sizes are whole numbers and the measurement noisy.
///
/// # Errors
/// No size from 1 to `largest` takes the time.
pub fn size_for(
    wanted: Duration,
    largest: u64,
    measure: &mut dyn FnMut(u64) -> Duration,
) -> Result<u64, Unreachable> {
    let first = measured(1, measure);
    if relative(first, wanted) > 1.0 + TOO_FAR {
        return Err(Unreachable::TooShort { smallest: first });
    }
    let (mut below, mut above) = bracket(first, wanted, largest, measure)?;
    for step in 0..MOST_STEPS {
        let is_close = (relative(nearer(below, above, wanted), wanted) - 1.0).abs() < CLOSE_ENOUGH;
        if is_close || above.size - below.size <= 1 {
            break;
        }
        let next = measured(next_size(below, above, wanted, step), measure);
        if next.time < wanted {
            below = next;
        } else {
            above = next;
        }
    }
    let found = nearer(below, above, wanted);
    if (relative(found, wanted) - 1.0).abs() > TOO_FAR {
        return Err(Unreachable::BetweenSizes { below, above });
    }
    Ok(rounded(found.size))
}

/// A size that takes less than the time, and one that takes at least as long.
fn bracket(
    first: Timed,
    wanted: Duration,
    largest: u64,
    measure: &mut dyn FnMut(u64) -> Duration,
) -> Result<(Timed, Timed), Unreachable> {
    let (mut below, mut above) = (first, first);
    while above.time < wanted {
        if above.size == largest {
            if relative(above, wanted) < 1.0 - TOO_FAR {
                return Err(Unreachable::TooLong { largest: above });
            }
            return Ok((above, above));
        }
        below = above;
        above = measured(above.size.saturating_mul(2).min(largest), measure);
    }
    Ok((below, above))
}

/// The next size to try, strictly between two others.
fn next_size(below: Timed, above: Timed, wanted: Duration, step: u32) -> u64 {
    let [low, high] = [below, above].map(|timed| (timed.size as f64).ln());
    let [short, long] = [below, above].map(|timed| relative(timed, wanted).ln());
    // Every third step halves the range: where the time is no power of the size, interpolation alone
    // can come nearer from one side for ever.
    let part = if step % 3 == 2 {
        0.5
    } else {
        short / (short - long)
    };
    let guess = (low + part * (high - low)).exp().round();
    // A part that is no number becomes 0, and then the smallest size that is allowed.
    (guess as u64).clamp(below.size + 1, above.size - 1)
}

fn measured(size: u64, measure: &mut dyn FnMut(u64) -> Duration) -> Timed {
    // Nothing takes no time, but a clock may say so.
    let time = measure(size).max(Duration::from_nanos(1));
    Timed { size, time }
}

/// The time of a size as a part of the time that is wanted.
fn relative(timed: Timed, wanted: Duration) -> f64 {
    timed.time.as_secs_f64() / wanted.as_secs_f64()
}

/// The one of two whose time is nearer, as a factor.
fn nearer(one: Timed, other: Timed, wanted: Duration) -> Timed {
    let [first, second] = [one, other].map(|timed| relative(timed, wanted).ln().abs());
    if first <= second { one } else { other }
}

/// Three significant digits: more would promise an exactness that no calibration has.
fn rounded(size: u64) -> u64 {
    let digits = size.checked_ilog10().unwrap_or(0);
    let unit = 10_u64.pow(digits.saturating_sub(2));
    (size + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kernel whose time is a fixed cost and a power of its size, in nanoseconds.
    fn power(fixed: f64, each: f64, exponent: f64) -> impl FnMut(u64) -> Duration {
        move |size| Duration::from_nanos((fixed + each * (size as f64).powf(exponent)) as u64)
    }

    fn solved(mut kernel: impl FnMut(u64) -> Duration, wanted: Duration, largest: u64) -> f64 {
        let size = size_for(wanted, largest, &mut kernel).unwrap();
        kernel(size).as_secs_f64() / wanted.as_secs_f64()
    }

    #[test]
    fn the_size_takes_the_time_whatever_the_power() {
        for (fixed, each, exponent, largest) in [
            (0.0, 0.6, 1.0, 1 << 30),
            (900.0, 0.6, 1.0, 1 << 30),
            (200.0, 0.4, 3.0, 1024),
            (50.0, 300.0, 2.0, 4096),
            (5000.0, 1.5, 1.1, 1_000_000_000),
        ] {
            for wanted in [Duration::from_millis(1), Duration::from_millis(80)] {
                let part = solved(power(fixed, each, exponent), wanted, largest);
                assert!((part - 1.0).abs() < 0.03, "{exponent}: {part}");
            }
        }
    }

    #[test]
    fn it_takes_few_measurements() {
        let (mut calls, mut kernel) = (0, power(700.0, 0.6, 1.0));
        let mut counted = |size| {
            calls += 1;
            kernel(size)
        };
        size_for(Duration::from_millis(5), 1 << 30, &mut counted).unwrap();
        assert!(calls < 30, "{calls} measurements");
    }

    #[test]
    fn a_time_that_no_size_takes_is_refused() {
        let refused = |wanted, largest| {
            let mut kernel = power(2000.0, 3000.0, 2.0);
            size_for(Duration::from_micros(wanted), largest, &mut kernel).unwrap_err()
        };
        assert!(
            matches!(refused(1, 4096), Unreachable::TooShort { smallest } if smallest.size == 1)
        );
        assert!(matches!(refused(900, 9), Unreachable::TooLong { largest } if largest.size == 9));
        let between = refused(8, 4096);
        assert!(
            matches!(between, Unreachable::BetweenSizes { below, above }
                if (below.size, above.size) == (1, 2)),
            "{between:?}"
        );
    }

    #[test]
    fn a_noisy_clock_still_comes_to_an_end() {
        let mut calls = 0_u64;
        let mut kernel = |size: u64| {
            calls += 1;
            Duration::from_nanos(size * (95 + calls * 7 % 11))
        };
        let size = size_for(Duration::from_millis(1), 1 << 30, &mut kernel).unwrap();
        assert!((8_000..=12_000).contains(&size), "{size}");
        assert!(size_for(Duration::from_millis(1), 1 << 30, &mut |_| Duration::ZERO).is_err());
    }

    #[test]
    fn a_size_has_three_digits() {
        assert_eq!(rounded(1_782_579), 1_780_000);
        assert_eq!(rounded(999_600), 1_000_000);
        assert_eq!((rounded(96), rounded(1)), (96, 1));
    }
}
