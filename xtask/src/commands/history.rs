//! `cargo xtask history`: how ratios changed over many stored comparisons.

use protocol::ExitCode;

use crate::cli::{HistoryArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &HistoryArgs, places: &Places) -> anyhow::Result<ExitCode> {
    history::run(&args.request(), &places.workspace()?)
}
