//! The models: every folder with a `model.toml`.

mod fields;
mod file;
mod find;
#[cfg(test)]
mod fuzz_test;
mod model;
mod own_servers;
mod places;
mod programs;
mod select;
mod servers;

pub use find::{Broken, Registry};
pub use model::{Blocking, Capacity, Model, Unit, Variant};
pub use own_servers::is_own_server;
pub use select::{SelectError, Selected, Selection};
pub use servers::Servers;
