//! The first arguments by which this program knows what it is to be.

/// The argument of a rank.
pub(crate) const RANK_ARGUMENT: &str = "--rank";
/// The argument of a process that is started only to be joined.
pub(crate) const UNIT_ARGUMENT: &str = "--unit";
