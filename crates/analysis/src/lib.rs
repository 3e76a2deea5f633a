//! From stored rows to what they come to: medians, ratios, verdicts, sweeps, advice, and what two
//! comparisons have in common. Pure: the same rows give the same summary.

mod advice;
mod conditions;
mod diff;
mod punctuality;
mod reach;
mod samples;
mod summary;
mod sweep;

pub use conditions::DISTURBED_SHARE;
pub use diff::{Figures, Row, differences, figures, is_same_work, other_host, settings};
pub use reach::reached;
pub use samples::{Series, failure};
pub use summary::summarise;
pub use sweep::sweeps;
