//! `cargo xtask predict`: what a workload would come to, without running it.

use protocol::ExitCode;

use crate::cli::{Places, PredictArgs};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &PredictArgs, places: &Places) -> anyhow::Result<ExitCode> {
    predictions::predict(&args.request(), &places.workspace()?)
}
