//! Where a search begins, as far as its caller knows more than the workload's own rate.

use protocol::Workload;
use results::Placement;

/// Guesses how many tasks a second a variant can do at a workload with so many lanes and workers, from what its maker knows.
pub trait Guess {
    /// The guess; `None` where nothing is known.
    fn rate(&self, asked: &AskedGuess<'_>) -> Option<u64>;
}

/// What a rate is guessed of.
#[derive(Clone, Copy, Debug)]
pub struct AskedGuess<'a> {
    /// The work.
    pub workload: &'a Workload,
    /// `model/variant`.
    pub variant: &'a str,
    /// Tasks in flight that are asked for.
    pub lanes: u64,
    /// Threads or processes that compute.
    pub workers: u64,
    /// The processors that it may run on.
    pub placement: Placement,
}
