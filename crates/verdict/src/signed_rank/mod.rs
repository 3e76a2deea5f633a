//! The Wilcoxon signed-rank test and the Hodges–Lehmann shift that belongs to it.
//!
//! Both see one number per pair, a difference. Taking logarithms first, so that the shift becomes
//! a ratio, is left to [`paired_ratio`](crate::paired_ratio).
//!
//! Up to [`LARGEST_EXACT`] differences the null distribution is counted, above it is approximated
//! by a normal one; the test and the interval change over together, so that without ties the 95 %
//! interval excludes a shift exactly when the test rejects it at 5 %.

mod null;
mod rank_test;
mod shift;

pub use null::LARGEST_EXACT;
pub use rank_test::{SignedRank, signed_rank_test};
pub use shift::{LARGEST_SAMPLE, WalshAverages};
