//! The three null distributions that the tests of this crate refer to, and no others.
//!
//! Each is as small as its one use allows: no densities, no moments, no sampling.

mod binomial;
mod normal;
mod student;

pub(crate) use binomial::fair_lower_tail;
pub(crate) use normal::{two_sided, upper_quantile};
pub(crate) use student::{student_quantile, student_quantile_95, student_two_sided};
