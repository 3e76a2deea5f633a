//! Builds, starts and ends other programs: the models' runners, the services that they call, and the
//! program that computes expected digests. A [`Trial`] is one run of one variant, and a [`Bench`] runs it
//! and decides whether its result can be believed. A [`Conversation`] is for callers that leave the order of the
//! protocol to see what a program does then.

mod begin;
mod bench;
mod build;
mod child;
mod conversation;
mod descendants;
mod expected;
mod failure;
mod fingerprint;
mod handshake;
mod ledger;
mod lines;
pub mod machine;
mod memory;
mod orphans;
mod others;
mod placement;
mod postgres_url;
mod process_tree;
mod runner;
mod service;
mod services;
mod sizes;
mod trial;

pub use begin::begin;
pub use bench::{Bench, JudgedRun};
pub use build::{build_model, build_packages};
pub use conversation::{Conversation, Heard};
pub use descendants::{Descendant, adopt_orphans, children, descendants_except, end_descendant};
pub use expected::expected;
pub use failure::RunError;
pub use fingerprint::fingerprint;
pub use handshake::{Finished, Moment};
pub use ledger::Ledger;
pub use orphans::reap_orphans;
pub use others::Reading;
pub use postgres_url::{check_postgres_url, without_password};
pub use services::{Services, packages, too_many_connections};
pub use sizes::Sizes;
pub use trial::{Bounds, DEFAULT_TIME_LIMIT, Trial, first_difference, judge, replay};
