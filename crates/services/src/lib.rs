//! What the work of Manyways is done against: an HTTP origin with injected latency, a PostgreSQL
//! server, pulses, and the data sets that SQLite and file steps read. Everything served is computed
//! by `workloads::content`.
//!
//! The program `services` is a thin shell around [`program::run`]; benches and tests drive the origin
//! within their own process through [`origin::Background`].

mod answered;
mod dataset;
mod error;
#[cfg(test)]
mod fuzz;
pub mod origin;
mod parent;
mod postgres;
pub mod program;
pub mod pulses;
pub mod readiness;
mod stretch;
pub mod wire;

pub use dataset::{files, sqlite};
pub use error::{Error, Result};
pub use postgres::{check as check_postgres, sweep};
