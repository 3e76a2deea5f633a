//! The workloads: `crates/workloads/catalog/*.toml` by name, and a user's own files by path.

mod beside;
mod choose;
mod error;
mod files;
mod marks;

pub use choose::{Chosen, at_rates, choose, choose_one, levels, of_catalogue, of_groups};
pub use error::CatalogueError;
pub use files::names;
pub use marks::{by_default, gate, quick, smoke};
