//! The error for wrong usage, which ends the tool with an exit code of its own.

/// Wrong usage that the parser of the command line cannot see, such as the name of no workload. It
/// holds the message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

impl Usage {
    /// The error with this message; the tool finds it by its type and ends with the code for wrong usage.
    pub fn error(problem: impl std::fmt::Display) -> anyhow::Error {
        Usage(problem.to_string()).into()
    }
}
