//! `sum-squares` for a time instead of a size: what a unit computes that keeps a processor busy
//! while others wait. Its value is always 0, because no model may be judged by how far it came.

use std::time::{Duration, Instant};

use super::sum_squares::SumSquares;

#[derive(Debug)]
pub(super) struct Timed {
    duration: Duration,
    /// The moment to end, set by the first slice, wherever that is computed.
    until: Option<Instant>,
    kernel: SumSquares,
}

impl Timed {
    pub(super) const fn new(duration: Duration) -> Self {
        Self {
            duration,
            until: None,
            // More terms than any duration has time for.
            kernel: SumSquares::new(u64::MAX - 1024, 0),
        }
    }

    /// One slice; the value is 0 once the time is over.
    pub(super) fn advance(&mut self) -> Option<u64> {
        let until = *self
            .until
            .get_or_insert_with(|| Instant::now() + self.duration);
        // The clock is read after the slice, so that even the shortest duration computes one.
        let ended = self.kernel.advance().is_some();
        (ended || Instant::now() >= until).then_some(0)
    }
}
