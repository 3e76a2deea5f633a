//! Everything that is shown of a comparison: tables and notes for people, and exports for programs.
//! The same stored comparison gives the same bytes; only the delivery of exports touches files.

mod a_a_check;
mod advice;
mod cells;
mod closing;
mod columns;
mod conditions;
mod coordination;
mod cpu_times;
mod diff;
mod diff_sheet;
mod differences;
mod document;
mod exceptions;
mod excerpt;
pub mod explain;
pub mod export;
mod facts;
mod fit;
mod hoist;
mod legend;
pub mod limit;
mod matrix;
mod notes;
mod open_loop;
mod opening;
mod ranking_line;
mod reach;
mod run_length;
mod statistics;
mod stopped;
mod sweep;
mod sweep_lines;
mod text;
mod view;

pub use closing::closing;
pub use conditions::{disturbance, disturbed_rounds, drift};
pub use cpu_times::cpu_times;
pub use diff::{left_out, lost, render as render_diff};
pub use diff_sheet::sheet as diff_sheet;
pub use differences::{differences, other_host, other_variables, settings};
pub use document::{Document, Section, SweptSection, answers, document};
pub use facts::{OneRun, facts};
pub use open_loop::has_comparable_latency;
pub use statistics::statistics;
pub use text::render;
