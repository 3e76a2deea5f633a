//! Who ran when: one run of a variant whose events are recorded, summed up in the terminal, and written as
//! Chrome's trace events or as a page. It is a run by itself, so that recording is in no comparison.
//!
//! `file` and `folder` read what programs wrote, `timeline` makes spans of events, `summary` sums them up, and the
//! rest shows that.

mod agreement;
mod chrome;
#[cfg(test)]
mod chrome_format;
mod file;
mod folder;
mod held_up;
mod pages;
mod run;
mod summary;
mod text;
mod timeline;

pub use run::{Request, run};
