//! The names in [`Done::counts`](crate::Done::counts): what a run counted besides its times. Whoever
//! fills the message and whoever reads it take the name from here.

/// Increments of a counter that were lost: those made, less those found at the end.
pub const LOST: &str = "lost";

/// Turns that were out of order: the places at which another unit's turn was taken than was due.
pub const OUT_OF_ORDER: &str = "out-of-order";

/// Units that left a mark in memory of the process that started them.
pub const SEEN: &str = "seen";

/// How often an interpreter lock passed from one thread to another.
pub const OWNER_CHANGES: &str = "owner-changes";

/// 1 where a build that can do without its interpreter lock had it on after the last task, and 0 where not.
pub const GIL_ON: &str = "gil-on";
