//! `cargo xtask conformance`: does a model's program keep the run protocol?

use protocol::ExitCode;

use crate::cli::{ConformanceArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &ConformanceArgs, places: &Places) -> anyhow::Result<ExitCode> {
    conformance::run(&args.request(), &places.workspace()?)
}
