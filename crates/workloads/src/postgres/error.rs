//! What can go wrong with a PostgreSQL server, as types. Nothing of it is tried again.

/// Why an exchange with the server came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The connection failed.
    #[error("connection: {0}")]
    Connection(#[from] std::io::Error),
    /// The connection ended where something was due.
    #[error("the connection ended where {0} was due")]
    EarlyEnd(&'static str),
    /// The server refuses, or went wrong.
    #[error("the server says {0}")]
    Server(ServerError),
    /// What came is no message of the protocol.
    #[error("malformed message: {0}")]
    Malformed(String),
    /// A message came that was not due.
    #[error("message {found:?} where {due} was due")]
    Unexpected {
        /// Its type: one letter.
        found: char,
        /// What should have come.
        due: &'static str,
    },
    /// The server asks for a password, and there is none.
    #[error("the server asks for a password, and none was given")]
    NoPassword,
    /// The server asks for a proof that this client does not give.
    #[error("the server asks for {0}: this client gives SCRAM-SHA-256 or is trusted")]
    Authentication(String),
    /// The two sides do not come to an agreement about the password.
    #[error("SCRAM-SHA-256: {0}")]
    Scram(std::io::Error),
    /// The statement or its result has not the shape that the workload asks for.
    #[error("{0}")]
    Shape(String),
}

/// What a server says of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// `ERROR`, `FATAL` or `PANIC`.
    pub severity: String,
    /// SQLSTATE: five letters and digits.
    pub code: String,
    /// The server's words.
    pub message: String,
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            severity,
            code,
            message,
        } = self;
        write!(to, "{severity} {code}: {message}")
    }
}
