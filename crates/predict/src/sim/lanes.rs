//! Lanes: which segment each is in, and what begins as one ends.

use super::queue::Item;

/// The lanes of a run, and its tasks.
#[derive(Debug)]
pub(super) struct Lanes {
    /// How many segments of its task each lane has begun.
    pub(super) begun: Vec<usize>,
    pub(super) started: Vec<f64>,
    /// Lanes without a task, in an open loop.
    pub(super) free: Vec<usize>,
    /// Tasks that arrived while no lane was free, by their time of arrival.
    pub(super) backlog: std::collections::VecDeque<f64>,
    pub(super) issued: u64,
    pub(super) done: u64,
    pub(super) last_done: f64,
    pub(super) marked: f64,
    pub(super) latency: f64,
    /// What the thread that runs now does next, before anything in its queue.
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
            marked: 0.0,
            latency: 0.0,
            next: None,
        }
    }
}
