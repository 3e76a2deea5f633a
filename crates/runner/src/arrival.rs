//! One arrival of an open loop: a task and the time at which it should start.

use workloads::Task;

/// A task that starts later than this after its intended start counts as a late start.
pub const LATE_NS: u64 = 1_000_000;

/// One task of an open loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The task.
    pub task: Task,
    /// Its intended start, in nanoseconds of [`workloads::monotonic_ns`].
    pub intended_ns: u64,
}
