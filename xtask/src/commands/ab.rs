//! `cargo xtask ab`: is this revision slower than that one?

use protocol::ExitCode;

use crate::cli::{AbArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &AbArgs, places: &Places) -> anyhow::Result<ExitCode> {
    ab::run(&args.request(), &places.workspace()?)
}
