//! What is to be done when, the earliest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

/// One deadline, for the slot of a connection. Slots are used again, so it is only for the
/// connection that waits for this very generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Deadline {
    at: Instant,
    pub(super) slot: usize,
    pub(super) generation: Generation,
}

/// A number that is never given twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation(u64);

/// All deadlines, those included whose connections are gone: they fall due and find nobody.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    heap: BinaryHeap<Reverse<Deadline>>,
    last: Generation,
}

impl Deadlines {
    /// Adds one; its generation must be found in the slot when it is due.
    pub(super) fn add(&mut self, at: Instant, slot: usize) -> Generation {
        self.last.0 += 1;
        self.heap.push(Reverse(Deadline {
            at,
            slot,
            generation: self.last,
        }));
        self.last
    }

    /// The generation that was given last.
    #[cfg(test)]
    pub(super) fn last(&self) -> Generation {
        self.last
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    /// Drops those that nobody waits for.
    pub(super) fn retain(&mut self, is_awaited: impl Fn(&Deadline) -> bool) {
        self.heap.retain(|Reverse(deadline)| is_awaited(deadline));
    }

    /// When the next is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse(deadline)| deadline.at)
    }

    /// Takes one that is due at `now`.
    pub(super) fn due(&mut self, now: Instant) -> Option<Deadline> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse(deadline)| deadline)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn they_come_in_order_and_none_too_early() {
        let (mut deadlines, start) = (Deadlines::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        for (millis, slot) in [(30, 3), (10, 1), (20, 2), (10, 4)] {
            deadlines.add(at(millis), slot);
        }
        assert_eq!(deadlines.next(), Some(at(10)));
        assert_eq!(deadlines.due(at(10) - Duration::from_nanos(1)), None);
        let mut slots = Vec::new();
        while let Some(deadline) = deadlines.due(at(20)) {
            slots.push(deadline.slot);
        }
        assert_eq!(slots, [1, 4, 2]);
        assert_eq!(deadlines.next(), Some(at(30)));
    }

    #[test]
    fn the_same_slot_gets_another_generation() {
        let (mut deadlines, now) = (Deadlines::default(), Instant::now());
        assert_ne!(deadlines.add(now, 5), deadlines.add(now, 5));
    }
}
