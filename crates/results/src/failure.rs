//! Why a run has no result: a kind, a message for people, and what the program wrote to standard error.

use protocol::{ExitCode, FailureKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
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
pub struct Failure {
    pub kind: Kind,
    /// One line for people.
    pub message: String,
    /// The last part of what its program wrote to standard error.
    pub stderr: String,
}

impl Failure {
    /// A failure of a program that said nothing.
    pub fn new(kind: Kind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: on_one_line(&message.into()),
            stderr: String::new(),
        }
    }

    /// Of one of two sides that were to do the same. What the other could do cannot be nobody's fault.
    pub fn of_one_alone(self) -> Failure {
        let kind = match self.kind.is_fault() {
            true => self.kind,
            false => Kind::Failed,
        };
        Failure { kind, ..self }
    }
}

impl Kind {
    /// Whether this is the variant's fault: a typed "cannot be had here" is nobody's.
    pub fn is_fault(self) -> bool {
        !matches!(self, Self::Unsupported | Self::Unavailable)
    }

    /// The exit code of a single run that ended like this.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Differs => ExitCode::Differ,
            _ => ExitCode::Failed,
        }
    }

    /// The word of the table.
    pub fn word(self) -> &'static str {
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

/// Foreign text must not move the cursor, and not fill the screen.
fn on_one_line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(600).collect()
}
