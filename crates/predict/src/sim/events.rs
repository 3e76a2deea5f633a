//! What is due, by time: events of one time come in the order in which they were made, so that a simulation is the
//! same every time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Happening {
    /// The slice of a core ends, unless it was cut short since: then its generation is another.
    Slice { core: usize, generation: u64 },
    /// The latency of a lane's request is over.
    Due { lane: usize },
    /// A task arrives in an open loop.
    Arrival,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    at: f64,
    number: u64,
    what: Happening,
}

/// Events that are still to come.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: BinaryHeap<Event>,
    made: u64,
}

impl Events {
    pub(super) fn add(&mut self, at: f64, what: Happening) {
        self.made += 1;
        let number = self.made;
        self.heap.push(Event { at, number, what });
    }

    /// The next event and its time.
    pub(super) fn next(&mut self) -> Option<(f64, Happening)> {
        self.heap.pop().map(|event| (event.at, event.what))
    }

    /// How many there were so far.
    pub(super) fn made(&self) -> u64 {
        self.made
    }
}

impl Ord for Event {
    /// The heap gives the greatest first: the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = other.at.total_cmp(&self.at);
        by_time.then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Event {}
