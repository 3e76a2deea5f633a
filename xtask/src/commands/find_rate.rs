//! `cargo xtask find-rate`: the highest rate at which variants keep a condition.

use protocol::ExitCode;

use crate::cli::{FindRateArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &FindRateArgs, places: &Places) -> anyhow::Result<ExitCode> {
    find_rate::run(&args.request(), &places.workspace()?)
}
