//! `cargo xtask compare`: runs workloads under models and compares what they cost.

use protocol::ExitCode;

use crate::cli::{CompareArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &CompareArgs, places: &Places) -> anyhow::Result<ExitCode> {
    compare::run(&args.request(), &places.workspace()?)
}
