//! Who held the interpreter lock of a process.

use protocol::{Event, Happened};

use super::window::Window;

/// A time during which a thread held the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) thread: u32,
    /// The lane whose task it ran when it took the lock.
    pub(crate) lane: Option<u32>,
}

/// The holds of a process, the earliest first.
pub(super) fn holds(events: &[Event], window: Window) -> Vec<Hold> {
    let (mut holds, mut holder): (Vec<Hold>, Option<&Event>) = (Vec::new(), None);
    for event in events {
        match event.what {
            Happened::LockTaken => {
                // There is one lock: whoever takes it is the proof that nobody else holds it.
                holds.extend(holder.and_then(|it| hold(it, event.at_ns, window)));
                holder = Some(event);
            }
            Happened::LockReleased if holder.is_some_and(|it| it.thread == event.thread) => {
                let held = holder.take();
                holds.extend(held.and_then(|it| hold(it, event.at_ns, window)));
            }
            _ => {}
        }
    }
    holds.extend(holder.and_then(|it| hold(it, window.end_ns, window)));
    holds
}

fn hold(taken: &Event, until_ns: u64, window: Window) -> Option<Hold> {
    let (from, until) = window.within(taken.at_ns, until_ns)?;
    Some(Hold {
        from,
        until,
        thread: taken.thread,
        lane: taken.lane,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::fixtures::{of_task, of_thread};

    #[test]
    fn a_thread_holds_the_lock_from_taking_to_releasing_it() {
        let events = [
            of_thread(5, 9, Happened::LockReleased),
            of_task(10, 1, (3, 0), Happened::LockTaken),
            of_thread(15, 2, Happened::LockReleased),
            of_task(20, 1, (3, 0), Happened::LockReleased),
            of_thread(30, 2, Happened::LockTaken),
            of_thread(60, 1, Happened::LockTaken),
        ];
        let window = Window {
            begin_ns: 0,
            end_ns: 100,
        };
        let held: Vec<_> = holds(&events, window)
            .iter()
            .map(|it| (it.from, it.until, it.thread, it.lane))
            .collect();
        let expected = [(10, 20, 1, Some(3)), (30, 60, 2, None), (60, 100, 1, None)];
        assert_eq!(held, expected);
    }
}
