//! Processor time, switches and threads of this process, from the calls that are exact.

use std::ops::{Add, Sub};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use protocol::ContextSwitches;
use rustix::time::{ClockId, clock_gettime};

use super::waiting::run_queue_wait;

/// What was used from some moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// User and system time together: their split is sampled, their sum is exact.
    pub cpu: Duration,
    /// Context switches.
    pub switches: ContextSwitches,
    /// Time that threads waited for a processor, as other processes tell of those of theirs that are
    /// alive; this process's own is read apart, because that takes a file per thread.
    pub run_queue_wait: Duration,
    /// Threads started that are not alive in this process.
    pub threads: u64,
    /// Processes started.
    pub processes: u64,
}

/// What this process and the children it has waited for have used since they began.
pub(crate) fn of_this_process() -> Usage {
    let own = getrusage(UsageWho::RUSAGE_SELF).ok();
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).ok();
    let both = || own.iter().chain(children.iter());
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let children_cpu = children.map_or(0, |usage| {
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds()
    });
    Usage {
        cpu: own_cpu() + Duration::from_micros(count(children_cpu)),
        switches: ContextSwitches {
            voluntary: both()
                .map(|usage| count(usage.voluntary_context_switches()))
                .sum(),
            involuntary: both()
                .map(|usage| count(usage.involuntary_context_switches()))
                .sum(),
        },
        ..Usage::default()
    }
}

fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos)
}

/// The same with the threads that are alive: what a worker process tells of itself.
#[must_use]
pub fn own_usage() -> Usage {
    Usage {
        threads: live_threads(),
        run_queue_wait: run_queue_wait().unwrap_or_default(),
        ..of_this_process()
    }
}

/// Threads of this process that are alive.
pub(crate) fn live_threads() -> u64 {
    status("Threads:").unwrap_or(1)
}

/// The peak of this process's resident memory.
pub(crate) fn vm_hwm_bytes() -> Option<u64> {
    status("VmHWM:").map(|kibibytes| kibibytes * 1024)
}

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

/// Never below zero: a process that ended in between took its share along.
impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
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
