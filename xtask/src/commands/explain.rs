//! `cargo xtask explain NAME`: what a workload, a model, a word of the report or a claim is.

use protocol::ExitCode;
use report::explain::{Source, explain, sources};
use terminal::{Usage, output};

use crate::cli::Places;

/// Every numbered claim, with its words, its tests and their thresholds, and what these refer to by name.
struct Claims;

impl Source for Claims {
    fn kind(&self) -> &'static str {
        "claims, and their roles and loads"
    }

    fn names(&self) -> Vec<String> {
        claims::names()
    }

    fn text(&self, name: &str) -> Option<String> {
        claims::explain(name)
    }
}

/// Prints all that is known of a name, or every name.
pub(crate) fn run(name: Option<&str>, places: &Places) -> anyhow::Result<ExitCode> {
    let mut known = sources(&places.workspace()?);
    // Claims are added here because `report` may not import the crate that tests them.
    known.push(Box::new(Claims));
    let text = explain(&known, name).map_err(Usage::error)?;
    output::print(&text)?;
    Ok(ExitCode::Ok)
}
