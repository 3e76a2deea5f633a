//! Wrong usage: an error that ends the tool with an exit code of its own.

/// What was typed is wrong in a way that only a look at the models or workloads shows.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

impl Usage {
    /// An error that ends the tool with the code for wrong usage.
    pub fn error(problem: impl std::fmt::Display) -> anyhow::Error {
        Usage(problem.to_string()).into()
    }
}
