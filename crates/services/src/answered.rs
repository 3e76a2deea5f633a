//! How much a service has answered, which it tells whoever asks: so it shows whether a client did all of its
//! work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A number of answers that only grows. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered {
    count: Arc<AtomicU64>,
}

impl Answered {
    /// The number so far.
    pub(crate) fn so_far(&self) -> u64 {
        self.count.load(Relaxed)
    }

    /// Counts so many more. This comes before the first byte of an answer: whoever has one finds it
    /// counted.
    pub(crate) fn add(&self, more: u64) {
        self.count.fetch_add(more, Relaxed);
    }
}
