//! The exit codes of the tool and of the model programs.

/// How `cargo xtask …` ended. When several apply, [`ExitCode::Differ`] comes before
/// [`ExitCode::Regression`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything that was asked for was done.
    Ok = 0,
    /// The tool failed, or a variant that was named did not build, crashed or hung.
    Failed = 1,
    /// The command line or a file given with it was wrong.
    Usage = 2,
    /// A regression beyond the limit (`ab`, `compare --baseline`).
    Regression = 3,
    /// Some model gave a wrong answer.
    Differ = 4,
    // What a shell reports of a process that SIGINT ended: 128 and the signal's number.
    /// Interrupted; what was measured is kept.
    Interrupted = 130,
}

impl ExitCode {
    /// Every code, in ascending order.
    pub const ALL: [ExitCode; 6] = [
        ExitCode::Ok,
        ExitCode::Failed,
        ExitCode::Usage,
        ExitCode::Regression,
        ExitCode::Differ,
        ExitCode::Interrupted,
    ];

    /// What the code says, for help texts and documents.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "done; for a gate: no regression was confirmed",
            Self::Failed => {
                "the tool failed, a check failed, or a variant that was named did not build, crashed or hung"
            }
            Self::Usage => {
                "the command line, or a file given with it, was wrong; nothing was measured"
            }
            Self::Regression => "a regression beyond the limit (`ab`, `compare --baseline`)",
            Self::Differ => "a model gave a wrong answer; comes before 3",
            Self::Interrupted => {
                "interrupted; what was measured is kept (`compare --resume` continues it)"
            }
        }
    }
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
