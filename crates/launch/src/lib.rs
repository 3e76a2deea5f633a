//! Builds, starts and ends other programs: the models' runners, the services that they call, and the
//! program that computes expected digests. A [`Trial`] is one run of one variant, and a [`Bench`] runs it
//! and decides whether its result can be believed. A [`Conversation`] is for callers that leave the order of the
//! protocol to see what a program does then.

mod again;
#[cfg(test)]
mod again_test;
mod asker;
mod begin;
mod bench;
mod build;
mod calibrated;
mod calibrator;
mod cargo_build;
mod child;
#[cfg(all(test, target_os = "linux"))]
mod child_test;
mod command;
mod conversation;
mod expected;
mod failure;
mod fingerprint;
#[cfg(test)]
mod fixtures;
mod handshake;
mod lines;
mod lost;
mod memory;
mod needs;
mod own_server;
mod own_work;
mod placement;
mod polling;
mod postgres_url;
mod runner;
mod seen;
mod service;
mod services;
mod sizes;
mod stand_in;
mod trial;

pub use again::{Attempt, again_without_service};
pub use begin::{LazyLedger, begin};
pub use bench::Bench;
pub use build::{Builds, build_model, build_packages, prove_model};
pub use calibrator::{Calibrator, workload_error};
pub use conversation::{Conversation, Heard};
pub use expected::expected;
pub use failure::RunError;
pub use fingerprint::fingerprint;
pub use handshake::Finished;
pub use placement::on_processors;
pub use postgres_url::stored_server;
pub use services::{Services, packages, too_many_connections};
pub use sizes::Sizes;
pub use trial::{DEFAULT_TIME_LIMIT, JudgedRun, Trial, first_difference, replay};
