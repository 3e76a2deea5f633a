//! Room for the events of a trace, taken before the run, so that recording one is four plain stores and no thread
//! waits for another.

use std::array::from_fn;
use std::cell::Cell;
use std::sync::atomic::{
    AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

use protocol::Event;

/// The events that a thread has room for when it asks for some: few, because a thread that ends leaves the rest
/// of them empty.
const PIECE: usize = 32;

/// Room for events of any thread.
#[derive(Debug)]
pub(super) struct Buffer {
    slots: Box<[Slot]>,
    /// The slots that threads have been given.
    given: AtomicUsize,
    lost: AtomicU64,
}

/// The words of an event. The last is 0 where there is none.
#[derive(Debug, Default)]
struct Slot([AtomicU64; 4]);

/// The slots that one thread may fill.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Piece {
    next: usize,
    end: usize,
}

impl Piece {
    /// No slots.
    pub(super) const EMPTY: Self = Self { next: 0, end: 0 };
}

impl Buffer {
    /// Room for so many events.
    pub(super) fn new(events: usize) -> Self {
        let pieces = events.div_ceil(PIECE).max(1);
        Self {
            // Written once here, so that the measured phase takes no page faults for them.
            slots: (0..pieces * PIECE).map(|_| Slot::default()).collect(),
            given: AtomicUsize::new(0),
            lost: AtomicU64::new(0),
        }
    }

    /// Keeps an event of the thread that fills `piece`; one for which there is no room is counted.
    pub(super) fn put(&self, piece: &Cell<Piece>, event: &Event) {
        let mut mine = piece.get();
        if mine.next == mine.end {
            mine = self.piece();
        }
        let Some(slot) = self.slots.get(mine.next).filter(|_| mine.next < mine.end) else {
            self.lost.fetch_add(1, Relaxed);
            return;
        };
        let [at, task, who, what] = event.words();
        slot.0[0].store(at, Relaxed);
        slot.0[1].store(task, Relaxed);
        slot.0[2].store(who, Relaxed);
        // Last, so that whoever finds this word finds the others.
        slot.0[3].store(what, Release);
        mine.next += 1;
        piece.set(mine);
    }

    /// The next slots that no thread has; none where all are given out.
    fn piece(&self) -> Piece {
        if self.given.load(Relaxed) >= self.slots.len() {
            return Piece::EMPTY;
        }
        let next = self.given.fetch_add(PIECE, Relaxed);
        Piece {
            next,
            end: next + PIECE,
        }
    }

    /// The words of all events so far, those of each thread in its order.
    pub(super) fn events(&self) -> Vec<[u64; 4]> {
        let kept = self.slots.iter().filter_map(|slot| {
            let what = slot.0[3].load(Acquire);
            (what != 0).then(|| {
                let [at, task, who] = from_fn(|index| slot.0[index].load(Relaxed));
                [at, task, who, what]
            })
        });
        kept.collect()
    }

    /// How many events there was no room for.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use protocol::Happened;

    use super::*;

    fn event(thread: u32, at_ns: u64) -> Event {
        Event {
            at_ns,
            thread,
            lane: None,
            task: None,
            what: Happened::Run,
        }
    }

    #[test]
    fn events_of_all_threads_are_kept_each_in_its_order() {
        let buffer = Buffer::new(10_000);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let buffer = &buffer;
                scope.spawn(move || {
                    let piece = Cell::default();
                    (0..1000).for_each(|at| buffer.put(&piece, &event(thread, at)));
                });
            }
        });
        let events = buffer.events();
        for thread in 0..4 {
            let of_thread = events.iter().filter(|words| words[2] >> 32 == thread);
            let times: Vec<u64> = of_thread.map(|words| words[0]).collect();
            assert_eq!(times, (0..1000).collect::<Vec<_>>());
        }
        assert_eq!(buffer.lost(), 0);
    }

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        let (buffer, piece) = (Buffer::new(40), Cell::default());
        (0..100).for_each(|at| buffer.put(&piece, &event(1, at)));
        assert_eq!(buffer.events().len(), 64);
        assert_eq!(buffer.lost(), 36);
    }

    #[test]
    fn an_event_takes_32_bytes() {
        assert_eq!(size_of::<Slot>(), protocol::EVENT_BYTES);
    }
}
