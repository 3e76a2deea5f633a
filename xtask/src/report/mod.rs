//! From stored rows to statistics, and from statistics to text. Pure: the same rows give the same
//! bytes. Measuring and storing are left to others.

mod advice;
mod closing;
mod columns;
mod compared;
mod conditions;
mod coordination;
mod estimate;
mod markdown;
mod number;
mod open_loop;
mod percentile;
mod reach;
mod samples;
mod summary;
mod sweep;
mod table;
mod text;

pub(crate) use closing::closing;
pub(crate) use columns::{Column, columns};
pub(crate) use compared::Compared;
pub(crate) use estimate::{Estimate, Ratio};
pub(crate) use markdown::plain;
pub(crate) use number::{bytes, count, duration, duration_of, duration_with, ratio};
pub(crate) use percentile::{TASKS_FOR_P999, percentile};
pub(crate) use reach::reached;
pub(crate) use samples::{Series, failure};
pub(crate) use summary::{VariantSummary, WorkloadSummary, summarise};
pub(crate) use sweep::{SweepSummary, grid, lines, sweeps, title};
pub(crate) use table::lay_out;
pub(crate) use text::{Style, heading, legend, notes, render};
