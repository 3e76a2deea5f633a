//! The first arguments by which this program, executed again, knows what it is to be.

/// The first argument of a worker. The name of the parent's channel and the parent's process id
/// follow.
pub const WORKER_ARGUMENT: &str = "--worker";

/// The first argument of a process that is started only to be joined. Its value follows.
pub const UNIT_ARGUMENT: &str = "--unit";
