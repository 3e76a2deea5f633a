//! The exit codes of the tool and of the model programs.

/// How `cargo xtask …` ended. When several apply, [`ExitCode::Differ`] comes before
/// [`ExitCode::Regression`], and that before [`ExitCode::Inconclusive`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything that was asked for was done.
    Ok = 0,
    /// The tool failed, or a variant that was named did not build, crashed or hung.
    Failed = 1,
    /// The command line or a file given with it was wrong.
    Usage = 2,
    /// A regression beyond the limit (`ab`, `--baseline`).
    Regression = 3,
    /// Some model gave a wrong answer.
    Differ = 4,
    /// Too noisy to tell; only where `--fail-on` asks for it.
    Inconclusive = 5,
    // What a shell reports of a process that SIGINT ended: 128 and the signal's number.
    /// Interrupted; what was measured is kept.
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

/// How a model's program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RunnerExit {
    /// `Done` was printed.
    Ok = 0,
    /// An `error` line says what failed.
    Failed = 1,
    /// The request could not be read, or asks for what this program does not have.
    Usage = 2,
    /// Standard input was closed before the run was over.
    Closed = 3,
}

impl From<RunnerExit> for std::process::ExitCode {
    fn from(code: RunnerExit) -> Self {
        Self::from(code as u8)
    }
}
