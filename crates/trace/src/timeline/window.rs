//! The measured phase of a run, to which everything else is cut.

/// The measured phase, in nanoseconds of the clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) begin_ns: u64,
    pub(super) end_ns: u64,
}

impl Window {
    /// A span of the clock as one of the measured phase; `None` where it has no part of it.
    pub(super) fn within(&self, from_ns: u64, until_ns: u64) -> Option<(u64, u64)> {
        let from = from_ns.max(self.begin_ns);
        let until = until_ns.min(self.end_ns);
        (from < until).then(|| (from - self.begin_ns, until - self.begin_ns))
    }
}
