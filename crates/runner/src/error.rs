//! The reasons why a run has no result, and how each is reported to whoever asked for the run.

use protocol::{Failure, FailureKind};

/// The result of everything that a model is asked to do.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request asks for what this program does not have.
    #[error("{0}")]
    Usage(String),
    /// The model does not do such work.
    #[error("{0}")]
    Unsupported(String),
    /// The machine cannot give what the workload needs.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A task or a lane failed.
    #[error(transparent)]
    Work(#[from] workloads::Error),
    /// The model could not be started or run.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A task was never recorded.
    #[error("task {0} was never done")]
    Undone(u64),
}

impl Error {
    /// An error of the system, with what was tried.
    pub fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io {
            what: what.into(),
            source,
        }
    }

    /// The message that reports this error on standard output.
    pub(crate) fn failure(&self) -> Failure {
        let kind = match self {
            Self::Usage(_) => FailureKind::Usage,
            Self::Unsupported(_) => FailureKind::Unsupported,
            Self::Unavailable(_) => FailureKind::Unavailable,
            Self::Work(_) | Self::Io { .. } | Self::Undone(_) => FailureKind::Failed,
        };
        Failure {
            kind,
            message: self.to_string(),
        }
    }
}
