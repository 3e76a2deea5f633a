//! The lanes of a run: which segment each is in, and how far the run has come.

use super::queue::Item;

/// The lanes of a run, and its tasks.
#[derive(Debug)]
pub(super) struct Lanes {
    /// How many segments of its task each lane has begun.
    pub(super) begun: Vec<usize>,
    /// When each lane's task began; in an open loop, when it arrived.
    pub(super) started: Vec<f64>,
    /// Lanes without a task, in an open loop.
    pub(super) free: Vec<usize>,
    /// Tasks that arrived while no lane was free, by their time of arrival.
    pub(super) backlog: std::collections::VecDeque<f64>,
    /// Tasks that have begun or arrived.
    pub(super) issued: u64,
    pub(super) done: u64,
    /// When the last task so far was done, and when those of [`super::Plan::marks`] were.
    pub(super) last_done: f64,
    pub(super) marked: [f64; 2],
    /// The latencies of all tasks that are done, summed.
    pub(super) latency: f64,
    /// Tasks that are done, and of which a parent has not heard yet.
    pub(super) unreported: u64,
    /// How many tasks came to a timer so far, and when the first of them did.
    pub(super) at_timers: u64,
    pub(super) first_at_timer: f64,
    /// What the thread that does what happens now does next, before anything in its queue.
    pub(super) next: Option<Item>,
}

impl Lanes {
    pub(super) fn new(lanes: usize) -> Lanes {
        Lanes {
            begun: vec![0; lanes],
            started: vec![0.0; lanes],
            free: Vec::new(),
            backlog: std::collections::VecDeque::new(),
            issued: 0,
            done: 0,
            last_done: 0.0,
            marked: [0.0; 2],
            latency: 0.0,
            unreported: 0,
            at_timers: 0,
            first_at_timer: 0.0,
            next: None,
        }
    }
}
