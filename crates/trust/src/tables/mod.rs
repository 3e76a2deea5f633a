//! The figures as text tables. Pure: the same figures give the same bytes.

mod layout;
pub(crate) mod real;
pub(crate) mod simulated;
pub(crate) mod thresholds;
