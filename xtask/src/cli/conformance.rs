//! The flags of `conformance`.

use clap::{Args, value_parser};
use conformance::Request;

#[derive(Debug, Args)]
pub(crate) struct ConformanceArgs {
    /// A model such as `python`, a variant such as `python/asyncio`, or a glob; one or several
    #[arg(required = true)]
    pub(crate) names: Vec<String>,
    /// Apply only this rule; may be repeated
    #[arg(long = "rule", value_name = "N", value_parser = value_parser!(u8).range(1..=12))]
    pub(crate) rules: Vec<u8>,
}

impl ConformanceArgs {
    /// The same as plain options.
    pub(crate) fn request(&self) -> Request {
        Request {
            names: self.names.clone(),
            rules: self.rules.clone(),
            missing_documents: tidy::missing_documents,
        }
    }
}
