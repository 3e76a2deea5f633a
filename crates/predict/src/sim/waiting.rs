//! The threads that wait for one core, by virtual run time: the one that is furthest behind is next, and of equal ones that which has
//! waited longest.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// The threads that wait for one core.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    heap: BinaryHeap<Waiter>,
    came: u64,
}

#[derive(Clone, Copy, Debug)]
struct Waiter {
    run: f64,
    number: u64,
    thread: usize,
}

impl Waiting {
    /// A thread with this virtual run time waits, which stays as it is until the thread runs.
    pub(super) fn push(&mut self, run: f64, thread: usize) {
        self.came += 1;
        let number = self.came;
        self.heap.push(Waiter {
            run,
            number,
            thread,
        });
    }

    /// The thread that is next waits no more.
    pub(super) fn pop(&mut self) -> Option<usize> {
        self.heap.pop().map(|waiter| waiter.thread)
    }

    /// The thread that is next.
    pub(super) fn next(&self) -> Option<usize> {
        self.heap.peek().map(|waiter| waiter.thread)
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl Ord for Waiter {
    /// The heap gives the greatest first: the one furthest behind.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_run = other.run.total_cmp(&self.run);
        by_run.then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Waiter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiter {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiter {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_furthest_behind_is_next_and_of_equals_the_one_that_came_first() {
        let mut waiting = Waiting::default();
        for (run, thread) in [(2.0, 7), (1.0, 8), (1.0, 9)] {
            waiting.push(run, thread);
        }
        assert_eq!((waiting.len(), waiting.next()), (3, Some(8)));
        let order: Vec<usize> = std::iter::from_fn(|| waiting.pop()).collect();
        assert_eq!(order, [8, 9, 7]);
        assert!(waiting.is_empty());
    }
}
