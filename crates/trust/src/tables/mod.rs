//! The figures as tables, as text and as a page. Pure: the same figures give the same bytes.

pub(crate) mod fleet;
mod layout;
pub(crate) mod real;
pub(crate) mod simulated;
pub(crate) mod thresholds;

pub(crate) use layout::{sheet, text};
