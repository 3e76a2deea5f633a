//! `cargo xtask explain NAME`: what a workload, a model, a word of the report or a claim is.

use catalog::Workspace;
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
    let text = explain(&known(&places.workspace()?), name).map_err(Usage::error)?;
    output::print(&text)?;
    Ok(ExitCode::Ok)
}

/// Everything that has names to explain.
pub(super) fn known(workspace: &Workspace) -> Vec<Box<dyn Source>> {
    let mut known = sources(workspace);
    // Claims are added here because `report` may not import the crate that tests them.
    known.push(Box::new(Claims));
    known
}
