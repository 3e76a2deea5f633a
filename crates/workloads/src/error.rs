//! The error type of lanes and tasks: what can go wrong with one task.

use std::any::Any;
use std::path::PathBuf;

use crate::http::HttpError;
use crate::postgres::PostgresError;

/// What a lane answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a lane could not be opened, or a task not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workload needs a service that the request does not name.
    #[error("the workload needs {0}, and the request names no such endpoint")]
    NoEndpoint(&'static str),
    /// A connection could not be made.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// Where to.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// A response was not what HTTP or the workload allows.
    #[error("http: {0}")]
    Http(#[from] HttpError),
    /// The PostgreSQL server refused, or answered otherwise than the workload allows.
    #[error("postgres: {0}")]
    Postgres(#[from] PostgresError),
    /// The database refused.
    #[error("sqlite {path}: {source}")]
    Sqlite {
        /// The database file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A file of the data set could not be read.
    #[error("file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the data set has not the size that it was made with.
    #[error("file {path}: {found} bytes instead of {expected}")]
    FileSize {
        /// The file.
        path: PathBuf,
        /// Bytes read.
        found: u64,
        /// Bytes made.
        expected: u64,
    },
    /// A unit of the model could not be started.
    #[error("cannot start a unit of work: {0}")]
    Spawn(std::io::Error),
    /// A task with its error.
    #[error("task {index}: {source}")]
    Task {
        /// Which task.
        index: u64,
        /// What happened to it.
        source: Box<Error>,
    },
    /// A step panicked: a mistake in the program.
    #[error("panicked: {0}")]
    Panicked(String),
    /// What own work answered in the place of a value.
    #[error("{0}")]
    Own(String),
    /// A function in a library cannot be called, or returned an error.
    #[error("{0}")]
    Library(String),
    /// The model's own machinery failed.
    #[error("{0}")]
    Model(String),
}

impl Error {
    /// The error that a panic is, with the message that it left.
    #[must_use]
    pub fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or(panic.downcast_ref::<&str>().copied());
        Self::Panicked(text.unwrap_or("without a message").to_owned())
    }

    /// Names the task that an error belongs to.
    #[must_use]
    pub fn in_task(self, index: u64) -> Self {
        Self::Task {
            index,
            source: Box::new(self),
        }
    }
}
