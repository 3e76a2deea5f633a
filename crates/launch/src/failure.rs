//! How a run can end without a result, and the words for a process that ended or did not answer.

use std::process::ExitStatus;
use std::time::Duration;

use super::child::Waited;
use results::{Failure, Kind};
use terminal::interrupt::Interrupted;

/// What a run may end with instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It is a row; the rest goes on.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The user asked to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The tool itself cannot go on.
    #[error("{0:#}")]
    Tool(anyhow::Error),
}

impl RunError {
    /// What stops the tool, unless it was the user who stopped it.
    pub fn tool(error: anyhow::Error) -> RunError {
        match error.is::<Interrupted>() {
            true => Interrupted.into(),
            false => Self::Tool(error),
        }
    }

    /// A service that the machine cannot give is a row; what else it cannot be had for stops the
    /// tool.
    pub fn service(error: anyhow::Error) -> RunError {
        match error.downcast::<Failure>() {
            Ok(failure) => Self::Failed(failure),
            Err(error) => Self::tool(error),
        }
    }

    /// The same without this type around it, so that its kind can be told.
    pub fn into_anyhow(self) -> anyhow::Error {
        match self {
            Self::Failed(failure) => failure.into(),
            Self::Interrupted(interrupted) => interrupted.into(),
            Self::Tool(error) => error,
        }
    }
}

/// What it means that `awaited` did not come.
pub(super) fn from_wait(waited: Waited, awaited: &str, limit: Duration) -> RunError {
    match waited {
        Waited::Interrupted => Interrupted.into(),
        Waited::Late => {
            let limit = protocol::format_duration(limit);
            Failure::new(
                Kind::Hung,
                format!("no {awaited} within the time limit of {limit}"),
            )
            .into()
        }
        Waited::TooLong => {
            let message = format!("a line of over 16 MiB where {awaited} was due");
            Failure::new(Kind::Garbage, message).into()
        }
    }
}

/// What it means that the program ended where `awaited` was due.
pub(super) fn from_exit(status: ExitStatus, awaited: &str) -> Failure {
    Failure::new(
        Kind::Crashed,
        format!("{} where {awaited} was due", describe(status)),
    )
}

/// `ended with exit code 1`, `was ended by signal 6 (SIGABRT)`.
pub(super) fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(number)) => match nix::sys::signal::Signal::try_from(number) {
            Ok(signal) => format!("was ended by signal {number} ({signal})"),
            Err(_) => format!("was ended by signal {number}"),
        },
        (None, None) => format!("ended with {status}"),
    }
}

impl From<std::io::Error> for RunError {
    fn from(error: std::io::Error) -> Self {
        Self::Tool(error.into())
    }
}

/// A piece of foreign text, short and on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
