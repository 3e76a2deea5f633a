//! A round: what one block runs of one workload, as the rules about disturbance see it.

/// One run of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched<'a> {
    /// `model/variant`, the same for both arms of the reference.
    pub variant: &'a str,
    /// Whether other processes disturbed it; `None` where it is not known.
    pub is_disturbed: Option<bool>,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round<'a> {
    /// The number of its block.
    pub block: u64,
    /// Whether the processor was slow: [`Thresholds::is_slow`](crate::Thresholds::is_slow).
    pub is_slow: bool,
    /// Its runs, in the order in which they ran.
    pub runs: Vec<Watched<'a>>,
}
