//! What is asked of a soak.

/// How many comparisons, and which kills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The number of comparisons.
    pub comparisons: u64,
    /// The seed of what is killed and when; a soak with the same seed kills the same kinds.
    pub seed: u64,
}
