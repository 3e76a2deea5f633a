//! Why a run came to nothing, in kinds that the report and the exit code tell apart. What follows
//! from a kind is left to them.

use std::process::ExitStatus;
use std::time::Duration;

use protocol::{ExitCode, FailureKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::child::Waited;
use crate::interrupt::Interrupted;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Its `model.toml` is wrong.
    Model,
    /// Its program could not be built.
    Build,
    /// Its program could not be started.
    Start,
    /// It ended before it was done, or with an exit code other than 0.
    Crashed,
    /// It took longer than the time limit.
    Hung,
    /// It printed what is no message, or not the one that was due.
    Garbage,
    /// It says that something went wrong.
    Failed,
    /// It does not do such work.
    Unsupported,
    /// The machine cannot give what the workload needs.
    Unavailable,
    /// What it runs against could not be had.
    Service,
    /// Its answer is wrong.
    Differs,
    /// Its figures cannot be true.
    Impossible,
}

/// A failed run: what it was, for the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, JsonSchema)]
#[error("{message}")]
#[serde(deny_unknown_fields)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// One line for people.
    pub(crate) message: String,
    /// The last part of what its program wrote to standard error.
    pub(crate) stderr: String,
}

/// What a run may end with instead of a result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
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
    pub(crate) fn tool(error: anyhow::Error) -> RunError {
        match error.is::<Interrupted>() {
            true => Interrupted.into(),
            false => Self::Tool(error),
        }
    }

    /// A service that the machine cannot give is a row; what else it cannot be had for stops the
    /// tool.
    pub(crate) fn service(error: anyhow::Error) -> RunError {
        match error.downcast::<Failure>() {
            Ok(failure) => Self::Failed(failure),
            Err(error) => Self::tool(error),
        }
    }

    /// The same without this type around it, so that its kind can be told.
    pub(crate) fn into_anyhow(self) -> anyhow::Error {
        match self {
            Self::Failed(failure) => failure.into(),
            Self::Interrupted(interrupted) => interrupted.into(),
            Self::Tool(error) => error,
        }
    }
}

impl Failure {
    /// A failure of a program that said nothing.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: on_one_line(&message.into()),
            stderr: String::new(),
        }
    }

    /// Of one of two sides that were to do the same. What the other could do cannot be nobody's fault.
    pub(crate) fn of_one_alone(self) -> Failure {
        let kind = match self.kind.is_fault() {
            true => self.kind,
            false => Kind::Failed,
        };
        Failure { kind, ..self }
    }
}

impl Kind {
    /// Whether this is the variant's fault: a typed "cannot be had here" is nobody's.
    pub(crate) fn is_fault(self) -> bool {
        !matches!(self, Self::Unsupported | Self::Unavailable)
    }

    /// The exit code of a single run that ended like this.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Differs => ExitCode::Differ,
            _ => ExitCode::Failed,
        }
    }

    /// The word of the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Model => "bad model.toml",
            Self::Build => "does not build",
            Self::Start => "does not start",
            Self::Crashed => "crashed",
            Self::Hung => "hung",
            Self::Garbage => "garbage",
            Self::Failed => "failed",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::Service => "no service",
            Self::Differs => "differs",
            Self::Impossible => "impossible",
        }
    }
}

impl From<FailureKind> for Kind {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Usage | FailureKind::Failed => Self::Failed,
            FailureKind::Unsupported => Self::Unsupported,
            FailureKind::Unavailable => Self::Unavailable,
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

/// Foreign text must not move the cursor, and not fill the screen.
fn on_one_line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(600).collect()
}

/// A piece of foreign text, short and on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
