//! `cargo xtask claims`: tests the claims of the notes about Python's concurrency by measurement.

use catalog::Workspace;
use protocol::ExitCode;

use crate::cli::{ClaimsArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &ClaimsArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let mut workspace = places.workspace()?;
    // A comparison for the claims is not what `report latest` ought to show.
    if places.results.is_none() {
        workspace = Workspace {
            results: workspace.target.join(claims::RESULTS),
            ..workspace
        };
    }
    claims::run(&args.request(), &workspace)
}
