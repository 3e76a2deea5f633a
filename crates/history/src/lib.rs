//! How ratios changed over many nights: a file with a line for each stored comparison, the changes of level in it,
//! and both as a page. A single night decides nothing, and two machines are never compared.
//!
//! `night` is a line, `file` reads and writes them, `machine` tells machines apart, `series` finds changes, and `sheet`
//! and `text` show them.

mod file;
mod machine;
mod night;
mod run;
mod series;
mod sheet;
mod text;

#[cfg(test)]
mod fixtures;

pub use run::{Request, run, sheet_of};
