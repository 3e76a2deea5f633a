//! What the tool saw of a run from outside. What a program says of itself is held against this.

use std::time::Duration;

use host::machine::CpuRange;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

/// What the tool saw of one run; by default nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// How long the run took by the tool's clock.
    pub(crate) clock: Option<Clock>,
    /// The processors on which its processes may have run at once.
    pub(crate) processors: Option<u64>,
    /// What the process, its children and its orphans used in all, as the kernel counts it.
    pub(crate) used: Option<Used>,
    /// The processor time of its processes at `go`.
    pub(crate) cpu_at_go: Option<CpuRange>,
    /// What was seen at the last barrier, where there was one.
    pub(crate) barrier: Option<Barrier>,
}

/// Times of a run by the tool's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// The time from the start of the process to `ready`.
    pub(crate) until_ready: Duration,
    /// The time from right before `go` was written to the moment at which `done` was read.
    pub(crate) until_done: Duration,
    /// The time from right before `go` was written to the end of the process and of its orphans.
    pub(crate) until_end: Duration,
}

/// Processor time and context switches of processes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    /// User and system time, in nanoseconds.
    pub(crate) cpu_ns: u64,
    /// Context switches of threads that waited.
    pub(crate) voluntary: u64,
    /// Context switches of threads that were pre-empted.
    pub(crate) involuntary: u64,
}

/// The processes of a run at a barrier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Barrier {
    /// Living processes.
    pub(crate) processes: u64,
    /// Their living threads.
    pub(crate) threads: u64,
    /// The peak of the program's own resident memory so far, in bytes.
    pub(crate) vm_hwm_bytes: Option<u64>,
}

/// The requests that the HTTP origin answered for a run, or the pulses that it asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests {
    /// Before `go`.
    pub(crate) warm_up: u64,
    /// Those between `go` and `done`.
    pub(crate) measured: u64,
}

impl Used {
    /// What all children that this tool has reaped have used, and the children that they had reaped.
    pub(crate) fn by_children() -> Option<Used> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
        let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        Some(Used {
            cpu_ns: u64::try_from(micros).ok()?.saturating_mul(1000),
            voluntary: u64::try_from(usage.voluntary_context_switches()).ok()?,
            involuntary: u64::try_from(usage.involuntary_context_switches()).ok()?,
        })
    }

    /// What was used after `before`.
    pub(crate) fn since(self, before: Used) -> Used {
        Used {
            cpu_ns: self.cpu_ns.saturating_sub(before.cpu_ns),
            voluntary: self.voluntary.saturating_sub(before.voluntary),
            involuntary: self.involuntary.saturating_sub(before.involuntary),
        }
    }
}
