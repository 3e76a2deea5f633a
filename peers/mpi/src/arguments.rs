//! The first argument by which this program knows that it is a rank.

/// The argument of a rank.
pub(crate) const RANK_ARGUMENT: &str = "--rank";
