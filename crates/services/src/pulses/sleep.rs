//! Sleeping until a moment and hardly longer: without the slack of 50 µs that the kernel grants
//! every sleeping thread.

use workloads::monotonic_ns;

/// Takes the slack from this thread, where the system has such a thing.
pub(super) fn be_punctual() {
    // Refused, pulses are a little later, for all models alike.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

/// Sleeps until a time of [`monotonic_ns`]; not at all where it is past.
pub(super) fn sleep_until(ns: u64) {
    #[cfg(target_os = "linux")]
    while monotonic_ns() < ns {
        let until = rustix::time::Timespec {
            tv_sec: (ns / 1_000_000_000).cast_signed(),
            tv_nsec: (ns % 1_000_000_000).cast_signed(),
        };
        // A signal wakes it early: then it sleeps again.
        let clock = rustix::time::ClockId::Monotonic;
        let _ = rustix::thread::clock_nanosleep_absolute(clock, &until);
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
        be_punctual();
        for later in [0, 1, 200_000, 3_000_000] {
            let until = monotonic_ns() + later;
            sleep_until(until);
            assert!(monotonic_ns() >= until);
        }
    }
}
