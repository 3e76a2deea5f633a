//! `cargo xtask trace`: who ran when, in one recorded run.

use protocol::ExitCode;

use crate::cli::{Places, TraceArgs};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &TraceArgs, places: &Places) -> anyhow::Result<ExitCode> {
    trace::run(&args.request(), &places.workspace()?)
}
