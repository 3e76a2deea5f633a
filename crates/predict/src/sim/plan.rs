//! What is simulated, what it costs, and what it came to.

use crate::kind::Kind;
use crate::segment::Segment;

/// The longest that a thread runs while others wait.
pub(crate) const TICK: f64 = 0.004;
/// How fast the cost of waking a core grows with the time that it was idle.
pub(super) const DEEPENING: f64 = 0.001;
/// Most threads that make blocking calls: tokio's `max_blocking_threads` is 512 unless set.
pub(super) const BLOCKING_THREADS: usize = 512;

/// What is simulated.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) cores: usize,
    pub(crate) kind: Kind,
    pub(crate) lanes: usize,
    pub(crate) tasks: u64,
    /// The time at which so many tasks were done is told: with the end it gives the pace of a longer run.
    pub(crate) mark: u64,
    pub(crate) open: Option<Open>,
    pub(crate) segments: &'a [Segment],
}

/// Arrivals of an open loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) rate: f64,
    pub(crate) is_random: bool,
}

/// What a wake-up costs the thread that wakes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wake {
    pub(crate) always: f64,
    /// More where all cores are taken.
    pub(crate) queued: f64,
    /// More on a core that slept, in the limit of a long sleep.
    pub(crate) slept: f64,
}

/// What everything beside the segments costs.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
    /// By [`Class`].
    pub(crate) wakes: [Wake; 4],
    /// Until a woken thread runs, on any idle core, and more on one that slept.
    pub(crate) reaction: f64,
    pub(crate) deep_reaction: f64,
    /// What waking costs the one who wakes, and more for an idle core.
    pub(crate) waking: f64,
    pub(crate) interrupt: f64,
    /// How long a thread runs at least before one that wakes displaces it.
    pub(crate) protected: f64,
    /// How far ahead of the others a thread may be when it wakes.
    pub(crate) ahead: f64,
    /// One look at the sockets.
    pub(crate) look: f64,
    /// A result at the parent.
    pub(crate) parent: f64,
    /// Turns between two looks at the sockets.
    pub(crate) interval: u32,
}

/// What a simulated run came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) elapsed: f64,
    /// When the task of the mark was done.
    pub(crate) marked: f64,
    pub(crate) cpu: f64,
    pub(crate) service_cpu: f64,
    /// The sum over tasks.
    pub(crate) latency: f64,
    pub(crate) events: u64,
}
