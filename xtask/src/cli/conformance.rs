//! The flags of `conformance`.

use clap::{Args, value_parser};
use conformance::Request;

#[derive(Debug, Args)]
pub(crate) struct ConformanceArgs {
    /// A model such as `python`, a variant such as `python/asyncio`, or a glob
    pub(crate) name: String,
    /// Apply only this rule; may be repeated
    #[arg(long = "rule", value_name = "N", value_parser = value_parser!(u8).range(1..=10))]
    pub(crate) rules: Vec<u8>,
}

impl ConformanceArgs {
    /// The same as plain options.
    pub(crate) fn request(&self) -> Request {
        Request {
            name: self.name.clone(),
            rules: self.rules.clone(),
        }
    }
}
