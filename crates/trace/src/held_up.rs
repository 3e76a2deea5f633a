//! Who could run and did not for longest, and behind whom: another task on its thread, or the holder of the
//! interpreter lock.

use std::collections::BTreeMap;

use protocol::WaitsFor;

use crate::timeline::{Lane, Process, Span, State, Timeline, name_of};

/// A task that could run and did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldUp {
    pub(crate) ns: u64,
    /// The task and its lane.
    pub(crate) who: String,
    /// Whether it waited for an interpreter lock, and not for a thread.
    pub(crate) by_lock: bool,
    /// `None` where nobody ran in its place, or held the lock.
    pub(crate) behind: Option<Behind>,
}

/// Who ran in the place of a task, or held the lock, for most of the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Behind {
    pub(crate) name: String,
    /// How much of the time that was.
    pub(crate) ns: u64,
}

/// The longest of these times; `None` where every task ran as soon as it could.
pub(crate) fn held_up(timeline: &Timeline) -> Option<HeldUp> {
    let mut longest: Option<(&Process, &Lane, usize)> = None;
    let mut most_ns = 0;
    for process in &timeline.processes {
        for lane in &process.lanes {
            for (number, span) in lane.spans.iter().enumerate() {
                let ns = span.until - span.from;
                if (is_for_lock(span) || span.state == State::Ready) && ns > most_ns {
                    most_ns = ns;
                    longest = Some((process, lane, number));
                }
            }
        }
    }
    let (process, lane, number) = longest?;
    let span = &lane.spans[number];
    let by_lock = is_for_lock(span);
    // Whichever thread runs it next is the one that it waited for.
    let mut later = lane.spans[number + 1..].iter();
    let next = later.find(|next| next.state == State::Runs).unwrap_or(span);
    let behind = if by_lock {
        holder(process, next.thread, span)
    } else {
        runner(process, next.thread, lane.number, span)
    };
    Some(HeldUp {
        ns: most_ns,
        who: name_of(lane.number, span.task),
        by_lock,
        behind,
    })
}

fn is_for_lock(span: &Span) -> bool {
    span.state == State::Waits(WaitsFor::Lock)
}

/// Whoever of another lane ran longest on a thread during this span.
fn runner(process: &Process, thread: u32, lane: u32, span: &Span) -> Option<Behind> {
    let on = process.threads.iter().find(|one| one.number == thread)?;
    let others = on.stretches.iter().filter(|other| other.lane != lane);
    others
        .map(|other| Behind {
            name: format!("{} on {}", name_of(other.lane, other.task), on.name),
            ns: common(span, other.from, other.until),
        })
        .max_by_key(|behind| behind.ns)
        .filter(|behind| behind.ns > 0)
}

/// Whichever other thread held the lock longest during this span.
fn holder(process: &Process, thread: u32, span: &Span) -> Option<Behind> {
    let mut held: BTreeMap<u32, u64> = BTreeMap::new();
    for hold in process.holds.iter().filter(|hold| hold.thread != thread) {
        *held.entry(hold.thread).or_default() += common(span, hold.from, hold.until);
    }
    let (number, ns) = held.into_iter().max_by_key(|(_, ns)| *ns)?;
    let named = process.threads.iter().find(|one| one.number == number);
    let name = named.map_or_else(|| format!("thread {number}"), |one| one.name.clone());
    (ns > 0).then_some(Behind { name, ns })
}

/// How much of a span lies between these times.
fn common(span: &Span, from: u64, until: u64) -> u64 {
    span.until.min(until).saturating_sub(span.from.max(from))
}

#[cfg(test)]
mod tests {
    use protocol::{Event, Happened};

    use super::*;
    use crate::file::fixtures::{of_task, of_thread, recorded};

    fn of(events: &[Event]) -> HeldUp {
        let timeline = Timeline::of(&[recorded(7, events)]).unwrap();
        held_up(&timeline).unwrap()
    }

    /// A thread runs one task while another is ready; later that one waits for the lock that another thread holds.
    fn events() -> [Event; 10] {
        [
            of_thread(0, 9, Happened::Begin),
            of_task(0, 1, (1, 4), Happened::Run),
            of_task(100, 9, (0, 3), Happened::Ready),
            of_task(900, 1, (1, 4), Happened::Done),
            of_task(910, 1, (0, 3), Happened::Run),
            of_thread(920, 2, Happened::LockTaken),
            of_task(930, 1, (0, 3), Happened::Wait(WaitsFor::Lock)),
            of_thread(990, 2, Happened::LockReleased),
            of_task(995, 1, (0, 3), Happened::Run),
            of_thread(1000, 9, Happened::End),
        ]
    }

    #[test]
    fn a_task_is_held_up_by_whoever_runs_on_its_thread() {
        let expected = HeldUp {
            ns: 810,
            who: "task 3 (lane 0)".to_owned(),
            by_lock: false,
            behind: Some(Behind {
                name: "task 4 (lane 1) on main (1)".to_owned(),
                ns: 800,
            }),
        };
        assert_eq!(of(&events()), expected);
    }

    #[test]
    fn a_task_is_held_up_by_whoever_holds_the_lock() {
        let events: Vec<Event> = events()
            .into_iter()
            .filter(|event| event.what != Happened::Ready)
            .collect();
        let expected = HeldUp {
            ns: 65,
            who: "task 3 (lane 0)".to_owned(),
            by_lock: true,
            behind: Some(Behind {
                name: "thread 2".to_owned(),
                ns: 60,
            }),
        };
        assert_eq!(of(&events), expected);
    }

    #[test]
    fn a_unit_that_computes_is_known_by_its_lane() {
        let mut events = events();
        events[1].task = None;
        events[3].task = None;
        events[2].task = Some(17);
        let held_up = of(&events);
        assert_eq!(held_up.who, "task 17 (lane 0)");
        assert_eq!(held_up.behind.unwrap().name, "lane 1 on main (1)");
    }

    #[test]
    fn nobody_is_held_up_where_all_run_at_once() {
        let events = [
            of_thread(0, 9, Happened::Begin),
            of_task(0, 1, (1, 4), Happened::Run),
            of_thread(10, 9, Happened::End),
        ];
        let timeline = Timeline::of(&[recorded(7, &events)]).unwrap();
        assert_eq!(held_up(&timeline), None);
    }
}
