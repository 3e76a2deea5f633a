//! `cargo xtask calibrate`: measures this machine for predictions.

use protocol::ExitCode;

use crate::cli::{CalibrateArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &CalibrateArgs, places: &Places) -> anyhow::Result<ExitCode> {
    predictions::calibrate(&args.request(), &places.workspace()?)
}
