//! `cargo xtask tidy`: does the source tree keep what the documents promise?

use protocol::ExitCode;

use crate::checkout;

/// Everything from the command line to the exit code.
pub(crate) fn run(fix: bool) -> anyhow::Result<ExitCode> {
    tidy::run(&checkout::find(None, &[])?, fix)
}
