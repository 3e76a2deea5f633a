//! The reason why a run has no result: a kind, a message for people, and an excerpt of what the program
//! wrote to standard error.

use protocol::{ExitCode, FailureKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of failure of a run.
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
    /// What it says of itself cannot be true.
    Impossible,
    /// Processes that it started outlived it.
    LeftBehind,
}

/// The reason why a run failed, as it is stored and reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, JsonSchema)]
#[error("{message}")]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// What went wrong.
    pub kind: Kind,
    /// One line for people.
    pub message: String,
    /// The first and the last part of what its program wrote to standard error.
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

    /// The failure of one of two programs that were to do the same work, where the other could do it.
    pub fn of_one_alone(self) -> Failure {
        // The machine and the workload allow what the other program did, so that "unsupported" or
        // "unavailable" is this program's fault.
        if self.kind.is_fault() {
            self
        } else {
            Failure {
                kind: Kind::Failed,
                ..self
            }
        }
    }
}

impl Kind {
    /// Whether this is the variant's fault. It is not where a program says that it does not do such
    /// work, or that the machine cannot give what the work needs.
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

    /// The word that tables show instead of figures.
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
            Self::LeftBehind => "left processes",
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

/// The start of a text, with spaces for line feeds and other control characters.
fn on_one_line(text: &str) -> String {
    // The text comes from foreign programs: it must neither move the cursor nor fill the screen.
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(600).collect()
}
