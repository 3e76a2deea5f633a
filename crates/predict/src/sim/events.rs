//! What is due, by time: events of one time come in the order in which they were made, so that a simulation is the
//! same every time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Happening {
    /// The slice of a core ends.
    Slice { core: usize },
    /// The latency of a lane's request is over.
    Due { lane: usize },
    /// An executor that sleeps for a whole number of its timers' grains wakes.
    Alarm { queue: usize },
    /// A task arrives in an open loop.
    Arrival,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    at: f64,
    number: u64,
    what: Happening,
}

/// Events that are still to come. A core has one slice at a time, most of which end soon and many of which are cut short, so that they
/// are kept beside the others.
#[derive(Debug, Default)]
pub(super) struct Events {
    slices: Vec<Option<Event>>,
    heap: BinaryHeap<Event>,
    made: u64,
}

impl Events {
    /// None yet, for so many cores.
    pub(super) fn of_cores(cores: usize) -> Events {
        Events {
            slices: vec![None; cores],
            ..Events::default()
        }
    }

    pub(super) fn add(&mut self, at: f64, what: Happening) {
        let event = self.event(at, what);
        self.heap.push(event);
    }

    /// A slice of a core begins, which ends at this time; one that had begun there is cut short.
    pub(super) fn begin_slice(&mut self, core: usize, end: f64) {
        let event = self.event(end, Happening::Slice { core });
        self.slices[core] = Some(event);
    }

    fn event(&mut self, at: f64, what: Happening) -> Event {
        self.made += 1;
        let number = self.made;
        Event { at, number, what }
    }

    /// The next event and its time.
    pub(super) fn next(&mut self) -> Option<(f64, Happening)> {
        let slice = self.slices.iter().flatten().max().copied();
        let event = match slice {
            Some(slice) if self.heap.peek().is_none_or(|other| slice > *other) => {
                if let Happening::Slice { core } = slice.what {
                    self.slices[core] = None;
                }
                slice
            }
            _ => self.heap.pop()?,
        };
        Some((event.at, event.what))
    }

    /// How many there were so far.
    pub(super) fn made(&self) -> u64 {
        self.made
    }
}

impl Ord for Event {
    /// The greatest is the next, as a heap gives them: the earliest.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_their_time_and_a_slice_that_was_cut_short_never() {
        let mut events = Events::of_cores(2);
        events.begin_slice(0, 3.0);
        events.add(2.0, Happening::Due { lane: 7 });
        events.begin_slice(1, 2.0);
        events.begin_slice(0, 1.0);
        events.add(4.0, Happening::Arrival);
        let mut told = Vec::new();
        while let Some((at, what)) = events.next() {
            told.push(format!("{at} {what:?}"));
        }
        assert_eq!(
            told,
            [
                "1 Slice { core: 0 }",
                "2 Due { lane: 7 }",
                "2 Slice { core: 1 }",
                "4 Arrival",
            ]
        );
        assert_eq!(events.made(), 5);
    }
}
