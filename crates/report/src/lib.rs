//! Everything that is shown of a comparison: tables and notes for people, and exports for programs.
//! Pure but for the delivery of exports: the same stored comparison gives the same bytes.

mod closing;
mod columns;
mod conditions;
mod coordination;
mod diff;
pub mod explain;
pub mod export;
mod facts;
pub mod limit;
mod markdown;
mod open_loop;
mod reach;
mod sweep;
mod text;

pub use closing::closing;
pub use diff::render as render_diff;
pub use facts::{OneRun, facts};
pub use markdown::plain;
pub use text::render;
