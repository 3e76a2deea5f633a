//! Why a service cannot be had. How it is told to the tool is left to `program`.

use std::io;
use std::path::{Path, PathBuf};

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be understood or is out of bounds.
    #[error("{0}")]
    Usage(String),
    /// A system call that concerns a file or a folder failed.
    #[error("cannot {action} {path}: {source}")]
    Path {
        /// What was tried: "create the folder".
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// How it failed.
        source: io::Error,
    },
    /// The database could not be written.
    #[error("cannot write the database {path}: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The origin could not take its port.
    #[error("cannot listen on port {port}: {source}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// How it failed.
        source: io::Error,
    },
    /// The origin's own machinery failed.
    #[error("the origin stopped: {0}")]
    Origin(#[source] io::Error),
    /// Whoever asked is gone, or never was the parent.
    #[error("process {expected} asked, but the parent of this program is process {found}")]
    Parent {
        /// Who is said to be the parent.
        expected: u32,
        /// Who is.
        found: u32,
    },
}

impl Error {
    /// For `map_err`: the failure of `action` on `path`.
    pub(crate) fn path(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Path {
            action,
            path,
            source,
        }
    }

    /// What it means for the comparison.
    #[must_use]
    pub fn kind(&self) -> protocol::FailureKind {
        match self {
            Self::Usage(_) => protocol::FailureKind::Usage,
            _ => protocol::FailureKind::Failed,
        }
    }
}
