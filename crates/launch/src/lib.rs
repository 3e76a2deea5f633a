//! Other programs: building them, starting them, speaking with them, ending them, and the services
//! that they run against. A [`Trial`] is one run of one variant.

mod build;
mod child;
mod expected;
mod failure;
mod fingerprint;
mod handshake;
mod ledger;
mod lines;
pub mod machine;
mod memory;
mod others;
mod placement;
mod postgres_url;
mod runner;
mod service;
mod services;
mod sizes;
mod sweep;
mod trial;

pub use build::{build_model, build_packages};
pub use expected::expected;
pub use failure::RunError;
pub use fingerprint::fingerprint;
pub use handshake::{Finished, Moment};
pub use ledger::Ledger;
pub use others::Reading;
pub use postgres_url::{check_postgres_url, without_password};
pub use services::{Services, packages, too_many_connections};
pub use sizes::Sizes;
pub use sweep::sweep;
pub use trial::{Bounds, DEFAULT_TIME_LIMIT, Trial, first_difference, judge, replay};
