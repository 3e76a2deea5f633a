//! Why there are no figures.

use std::io;
use std::net::SocketAddr;

use protocol::{Failure, FailureKind};
use workloads::http::HttpError;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The request cannot be read, or asks for what makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A connection could not be opened.
    #[error("cannot open connection {number} to {server}: {source}")]
    Connect {
        /// Which, from 1.
        number: usize,
        /// Where to.
        server: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A connection ended, or sent what nobody had asked for, between two requests.
    #[error("a connection without a request: {0}")]
    Unasked(HttpError),
    /// A request was not answered as it must be.
    #[error("request {task}: {source}{said}")]
    Answer {
        /// Which task it asked for.
        task: u64,
        /// What was wrong.
        source: HttpError,
        /// What the server said of it, after a colon; as a rule nothing.
        said: String,
    },
    /// The body is another than the right one.
    #[error("request {task}: the CRC-32 of the body is {found:08x} where {right:08x} is right")]
    Body {
        /// Which task was asked for.
        task: u64,
        /// The CRC-32 of what came.
        found: u32,
        /// The right one.
        right: u32,
    },
    /// The system refused.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The figures could not be made.
    #[error(transparent)]
    Record(#[from] runner::Error),
}

impl Error {
    pub(crate) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }

    /// The message that reports it.
    pub(crate) fn failure(&self) -> Failure {
        let kind = match self {
            Self::Usage(_) => FailureKind::Usage,
            _ => FailureKind::Failed,
        };
        Failure {
            kind,
            message: self.to_string(),
        }
    }
}
