//! What two stored comparisons have in common, described and never judged.

mod conditions;
mod figures;

pub use conditions::{differences, other_host, settings};
pub use figures::{Figures, Row, figures, is_same_work};
