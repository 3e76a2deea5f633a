//! Why a service cannot be had.

use std::io;
use std::path::{Path, PathBuf};

use workloads::postgres::PostgresError;

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
        /// The file or folder.
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
    /// A port could not be taken.
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
    /// There is no PostgreSQL to run.
    #[error(
        "no PostgreSQL server programs (initdb, postgres) were found: on Debian or Ubuntu \
         `apt-get install postgresql`; or name a server that is there with `--postgres`"
    )]
    NoPostgres,
    /// Root has nobody to lend the server to.
    #[error(
        "PostgreSQL refuses to run as root, and there is no user `postgres` to run it as: \
         `useradd --system postgres`, or run this as another user than root"
    )]
    NoOwner,
    /// No temporary folder can hold a cluster.
    #[error(
        "no temporary folder can hold a PostgreSQL server ({refusals}): set TMPDIR to a folder that can"
    )]
    NoPlace {
        /// What stands against each.
        refusals: String,
    },
    /// A program of PostgreSQL ended.
    #[error("{what}{said}{remedy}")]
    Postgres {
        /// Which, and how.
        what: String,
        /// The end of its log, each line behind a semicolon.
        said: String,
        /// What helps, behind a colon; may be empty.
        remedy: &'static str,
    },
    /// A server cannot be talked to.
    #[error("PostgreSQL at {address}: {source}")]
    Server {
        /// Where it is.
        address: String,
        /// Why not.
        source: PostgresError,
    },
    /// The table cannot be made or removed.
    #[error("the table in PostgreSQL: {source}")]
    Table {
        /// Why not.
        source: PostgresError,
    },
    /// What was made on a server that is not ours could not be taken away.
    #[error("the schema {schema} may be left on the PostgreSQL server: {source}")]
    Left {
        /// Its name.
        schema: String,
        /// Why it could not, or what went wrong before.
        source: Box<Error>,
    },
    /// The service of pulses could not start its threads.
    #[error("cannot start a thread that sends pulses: {0}")]
    Pulses(#[source] io::Error),
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
    /// The failure of `action` on `path`, as an argument of `map_err`.
    pub(crate) fn path(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Path {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// The failure to listen on `port`, as an argument of `map_err`.
    pub(crate) fn listen(port: u16) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Listen { port, source }
    }

    /// What it means for the comparison.
    #[must_use]
    pub fn kind(&self) -> protocol::FailureKind {
        match self {
            Self::Usage(_) => protocol::FailureKind::Usage,
            Self::NoPostgres | Self::NoOwner | Self::NoPlace { .. } => {
                protocol::FailureKind::Unavailable
            }
            _ => protocol::FailureKind::Failed,
        }
    }
}
