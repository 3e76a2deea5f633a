//! Other programs: building them, starting them, talking to them, ending them. What to run and
//! what the answers are worth is left to `schedule` and `compare`.

mod build;
mod child;
mod expected;
mod failure;
mod fingerprint;
mod handshake;
mod ledger;
mod lines;
pub(crate) mod machine;
mod memory;
mod others;
mod placement;
mod runner;
mod service;
mod services;
mod sweep;

pub(crate) use build::{model as build_model, packages as build_packages};
pub(crate) use expected::expected;
pub(crate) use failure::{Failure, Kind, RunError};
pub(crate) use fingerprint::fingerprint;
pub(crate) use handshake::{Finished, Moment, run};
pub(crate) use ledger::Ledger;
pub(crate) use memory::Memory;
pub(crate) use others::{Others, Reading};
pub(crate) use placement::Placement;
pub(crate) use runner::runner_command;
pub(crate) use services::{Services, packages, too_many_connections, uses_origin, uses_postgres};
pub(crate) use sweep::sweep;
