//! `cargo xtask merge`: the shards of a campaign as one comparison.

use protocol::ExitCode;

use crate::cli::{MergeArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &MergeArgs, places: &Places) -> anyhow::Result<ExitCode> {
    merge::run(&args.request(), &places.workspace()?.results)
}
