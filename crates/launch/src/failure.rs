//! How a run can end without a result, and the words for a process that ended or did not answer.

use std::process::ExitStatus;
use std::time::Duration;

use results::{Failure, Kind};
use terminal::interrupt::Interrupted;

use crate::child::Waited;
use host::Unstarted;

/// What a run, or what is done for it, may end with instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The run failed, which is a row of the results; other runs go on.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The user asked to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// A service could not be had, for another reason than the machine. Whether that is a row, or
    /// stops the tool, is decided by the caller.
    #[error("{0:#}")]
    Service(anyhow::Error),
    /// The tool itself cannot go on.
    #[error("{0:#}")]
    Tool(anyhow::Error),
}

impl RunError {
    /// An error that stops the tool, or an interrupt where that is its cause.
    pub fn tool(error: anyhow::Error) -> RunError {
        if error.is::<Interrupted>() {
            Interrupted.into()
        } else {
            Self::Tool(error)
        }
    }

    /// A service that the machine cannot give is a failed run; one that fails for another reason is
    /// an error of its own.
    pub(crate) fn service(error: anyhow::Error) -> RunError {
        if error.is::<Interrupted>() {
            return Interrupted.into();
        }
        if matches!(error.downcast_ref(), Some(Unstarted::Tool(_))) {
            return Self::Tool(error);
        }
        match error.downcast::<Failure>() {
            Ok(failure) => Self::Failed(failure),
            Err(error) => Self::Service(error),
        }
    }

    /// That a program was not started: a failure of this kind, unless the tool can start none.
    pub(crate) fn unstarted(error: Unstarted, kind: Kind, program: &str) -> RunError {
        match error {
            Unstarted::Program(error) => Failure::new(kind, format!("{program}: {error}")).into(),
            Unstarted::Tool(_) => Self::Tool(error.into()),
        }
    }

    /// The failure that is stored as the run's row, where the comparison can go on: that of the run,
    /// or one of `Kind::Service`.
    ///
    /// # Errors
    ///
    /// What stops the tool, unchanged.
    pub fn into_row(self) -> Result<Failure, RunError> {
        match self {
            Self::Failed(failure) => Ok(failure),
            Self::Service(error) => Ok(Failure::new(Kind::Service, format!("{error:#}"))),
            stop @ (Self::Interrupted(_) | Self::Tool(_)) => Err(stop),
        }
    }

    /// The error itself, without this type around it: the exit code depends on the kind of the error,
    /// which is found by a downcast.
    pub fn into_anyhow(self) -> anyhow::Error {
        match self {
            Self::Failed(failure) => failure.into(),
            Self::Interrupted(interrupted) => interrupted.into(),
            Self::Service(error) | Self::Tool(error) => error,
        }
    }
}

/// What it means that `awaited` did not come.
pub(crate) fn from_wait(waited: Waited, awaited: &str, limit: Duration) -> RunError {
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
        // The line may go on for ever, so that it is not kept.
        Waited::TooLong => {
            let message = format!("a line of over 16 MiB where {awaited} was due");
            Failure::new(Kind::Garbage, message).into()
        }
    }
}

/// What it means that a program has not read what was written to its standard input.
pub(crate) fn from_unread(waited: Waited, sent: &str, limit: Duration) -> RunError {
    match waited {
        Waited::Late => {
            let limit = protocol::format_duration(limit);
            let message = format!("did not read {sent} within the time limit of {limit}");
            Failure::new(Kind::Hung, message).into()
        }
        other => from_wait(other, sent, limit),
    }
}

/// What it means that the program ended where `awaited` was due.
pub(crate) fn from_exit(status: ExitStatus, awaited: &str) -> Failure {
    Failure::new(
        Kind::Crashed,
        format!("{} where {awaited} was due", describe(status)),
    )
}

/// `ended with exit code 1`, `was ended by signal 6 (SIGABRT)`.
pub(crate) fn describe(status: ExitStatus) -> String {
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

/// A piece of foreign text as it is, cut short. Messages are put on one line by [`Failure::new`].
pub(crate) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_fails_is_a_row_and_an_interrupt_is_none() {
        let unavailable = Failure::new(Kind::Unavailable, "no server");
        let row = RunError::service(unavailable.clone().into()).into_row();
        assert_eq!(row.unwrap(), unavailable);
        let row = RunError::service(anyhow::anyhow!("it broke")).into_row();
        assert_eq!(row.unwrap(), Failure::new(Kind::Service, "it broke"));
        let stop = RunError::service(Interrupted.into()).into_row();
        assert!(matches!(stop, Err(RunError::Interrupted(_))));
        let full = Unstarted::Tool(anyhow::anyhow!("no disk"));
        let stop = RunError::service(anyhow::Error::from(full).context("services")).into_row();
        assert!(matches!(stop, Err(RunError::Tool(_))));
        let stop = RunError::tool(anyhow::anyhow!("no disk")).into_row();
        assert!(matches!(stop, Err(RunError::Tool(_))));
    }
}
