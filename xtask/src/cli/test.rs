//! The flags of `test`.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, value_parser};
use soak::Request;

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Instead of the tests: this many comparisons of real programs under random kills, each resumed until
    /// it is complete; some minutes
    #[arg(
        long,
        value_name = "COMPARISONS",
        num_args = 0..=1,
        default_missing_value = "100",
        value_parser = value_parser!(u64).range(1..=100_000),
    )]
    soak: Option<u64>,
    /// Seed of what a soak kills and when; without it one is drawn and printed
    #[arg(long, value_name = "N", requires = "soak")]
    seed: Option<u64>,
    /// Instead of the tests: the fuzz tests alone, each with this many inputs
    #[arg(
        long,
        value_name = "INPUTS",
        num_args = 0..=1,
        default_missing_value = "1000000",
        value_parser = value_parser!(u64).range(1..=1_000_000_000),
        conflicts_with = "soak",
    )]
    pub(crate) fuzz: Option<u64>,
}

impl TestArgs {
    /// The soak that is asked for.
    pub(crate) fn soak(&self) -> Option<Request> {
        Some(Request {
            comparisons: self.soak?,
            seed: self.seed.unwrap_or_else(drawn),
        })
    }
}

/// A seed that differs from call to call.
fn drawn() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |since| since.as_millis() as u64)
}
