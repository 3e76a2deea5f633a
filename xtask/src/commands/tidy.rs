//! `cargo xtask tidy`: does the source tree keep what the documents promise?

use catalog::Workspace;
use protocol::ExitCode;

/// Everything from the command line to the exit code.
pub(crate) fn run(fix: bool) -> anyhow::Result<ExitCode> {
    tidy::run(&Workspace::find(None, &[])?, fix)
}
