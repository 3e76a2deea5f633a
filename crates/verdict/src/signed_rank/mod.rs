//! The Wilcoxon signed-rank test and the Hodges–Lehmann shift that belongs to it.
//!
//! Both see one number per pair, a difference. [`paired_ratio`](crate::paired_ratio) takes
//! logarithms first, which makes the shift a ratio.
//!
//! Up to [`LARGEST_EXACT`] differences the null distribution is counted, above it is approximated
//! by a normal one; the test and the interval change over together, so that without ties the 95 %
//! interval excludes a shift exactly when the test rejects it at 5 %.

mod null;
mod shift;
mod statistic;

pub use null::LARGEST_EXACT;
pub use shift::{LARGEST_SAMPLE, WalshAverages};
pub use statistic::{SignedRank, signed_rank_test};
