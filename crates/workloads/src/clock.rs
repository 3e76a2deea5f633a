//! The clock that all processes of a machine share, for times that cross a process boundary.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of `CLOCK_MONOTONIC`.
#[must_use]
pub fn monotonic_ns() -> u64 {
    // Not `Instant`, which cannot be taken apart: this number is compared between processes, and
    // `CLOCK_MONOTONIC` is the same in all of them.
    let time = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// Sleeps until a time of [`monotonic_ns`], to some 50 µs where the thread's timer has its usual slack;
/// not at all where it is past.
pub fn sleep_until(ns: u64) {
    // An absolute sleep: with a relative one, a thread that is pre-empted between reading the clock
    // and sleeping would be late by that time.
    #[cfg(target_os = "linux")]
    while monotonic_ns() < ns {
        let until = rustix::time::Timespec {
            tv_sec: (ns / 1_000_000_000).cast_signed(),
            tv_nsec: (ns % 1_000_000_000).cast_signed(),
        };
        // A signal wakes it early: then it sleeps again.
        let _ = rustix::thread::clock_nanosleep_absolute(ClockId::Monotonic, &until);
    }
    #[cfg(not(target_os = "linux"))]
    while let Some(rest @ 1..) = ns.checked_sub(monotonic_ns()) {
        std::thread::sleep(std::time::Duration::from_nanos(rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_wakes_early() {
        for later in [0, 1, 200_000, 3_000_000] {
            let until = monotonic_ns() + later;
            sleep_until(until);
            assert!(monotonic_ns() >= until);
        }
    }
}
