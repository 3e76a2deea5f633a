//! `cargo xtask trust`: how often are the verdicts of `compare` wrong, and what do they miss?

use protocol::ExitCode;

use crate::cli::{Places, TrustArgs};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &TrustArgs, places: &Places) -> anyhow::Result<ExitCode> {
    trust::run(&args.request(), &places.workspace()?)
}
