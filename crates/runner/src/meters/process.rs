//! Processor time, context switches and threads of this process, read by system calls that are
//! exact rather than sampled.

use std::ops::{Add, Sub};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use protocol::ContextSwitches;
use rustix::time::{ClockId, clock_gettime};

use super::waiting::run_queue_wait;

/// Resources that a process or several have used since some moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// User and system time together: the kernel samples how they split, but their sum is exact.
    pub cpu: Duration,
    /// Context switches.
    pub switches: ContextSwitches,
    /// Time that threads of other processes spent in the run queue, waiting for a processor. This
    /// process's own is read separately, because that takes a file per thread.
    pub run_queue_wait: Duration,
    /// Threads that were started and are not alive in this process.
    pub threads: u64,
    /// Processes started.
    pub processes: u64,
}

/// What this process and the children it has waited for have used since they began.
pub(crate) fn of_this_process() -> Usage {
    let own = getrusage(UsageWho::RUSAGE_SELF).ok();
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).ok();
    // `getrusage` gives processor time in microseconds, and the clock of the process in
    // nanoseconds. Children that have ended have no clock any more.
    let children_cpu_us = children.map_or(0, |usage| {
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds()
    });
    let mut switches = ContextSwitches::default();
    for usage in own.iter().chain(children.iter()) {
        switches.voluntary += count(usage.voluntary_context_switches());
        switches.involuntary += count(usage.involuntary_context_switches());
    }
    Usage {
        cpu: own_cpu() + Duration::from_micros(count(children_cpu_us)),
        switches,
        ..Usage::default()
    }
}

/// A number that the system gives as a signed one although it is never negative.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos)
}

/// The usage that a worker process reports of itself: that of [`of_this_process`] with the threads
/// that are alive and their time in the run queue.
#[must_use]
pub fn own_usage() -> Usage {
    Usage {
        threads: live_threads(),
        run_queue_wait: run_queue_wait().unwrap_or_default(),
        ..of_this_process()
    }
}

/// The number of threads of this process that are alive.
pub(crate) fn live_threads() -> u64 {
    status("Threads:").unwrap_or(1)
}

/// The peak of this process's resident memory, in bytes; `None` where the system does not tell it.
#[must_use]
pub fn vm_hwm_bytes() -> Option<u64> {
    status("VmHWM:").map(|kibibytes| kibibytes * 1024)
}

/// A number from `/proc/self/status`, which only Linux has.
fn status(field: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cpu: self.cpu + other.cpu,
            switches: ContextSwitches {
                voluntary: self.switches.voluntary + other.switches.voluntary,
                involuntary: self.switches.involuntary + other.switches.involuntary,
            },
            run_queue_wait: self.run_queue_wait + other.run_queue_wait,
            threads: self.threads + other.threads,
            processes: self.processes + other.processes,
        }
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        // Saturating, because the later reading can be the smaller one: a process that has ended in
        // between no longer reports its share.
        let (now, then) = (self.switches, earlier.switches);
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            switches: ContextSwitches {
                voluntary: now.voluntary.saturating_sub(then.voluntary),
                involuntary: now.involuntary.saturating_sub(then.involuntary),
            },
            run_queue_wait: self.run_queue_wait.saturating_sub(earlier.run_queue_wait),
            threads: self.threads.saturating_sub(earlier.threads),
            processes: self.processes.saturating_sub(earlier.processes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_threads_are_counted() {
        let before = of_this_process();
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(live_threads() >= 2));
        });
        let used = of_this_process() - before;
        assert!(
            used.cpu > Duration::ZERO,
            "starting a thread takes some time: {used:?}"
        );
    }
}
