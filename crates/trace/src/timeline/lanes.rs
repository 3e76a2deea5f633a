//! What each lane did: its task could run, ran, or waited.

use std::collections::BTreeMap;

use protocol::{Event, Happened, WaitsFor};

use super::window::Window;

/// A lane with its spans, the earliest first, none over another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) number: u32,
    pub(crate) spans: Vec<Span>,
    /// How many of its tasks were done.
    pub(crate) done: u64,
}

/// A time during which a lane's task was in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) state: State,
    /// `None` for a unit that reads pulses or computes beside them.
    pub(crate) task: Option<u64>,
    /// The thread that ran it, or on which it became ready or began to wait.
    pub(crate) thread: u32,
}

/// What becomes of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// A thread runs it.
    Runs,
    /// It can run, and does not.
    Ready,
    /// It waits.
    Waits(WaitsFor),
}

impl State {
    /// Its name.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Runs => "runs".to_owned(),
            Self::Ready => "ready".to_owned(),
            Self::Waits(on) => format!("waits for {}", on.name()),
        }
    }
}

/// A task with its lane, or a lane without tasks.
pub(crate) fn name_of(lane: u32, task: Option<u64>) -> String {
    match task {
        Some(task) => format!("task {task} (lane {lane})"),
        None => format!("lane {lane}"),
    }
}

/// A state that has begun.
struct Begun {
    from_ns: u64,
    state: State,
    task: Option<u64>,
    thread: u32,
}

/// The lanes of a process, by number.
pub(super) fn lanes(events: &[Event], window: Window) -> Vec<Lane> {
    let mut by_lane: BTreeMap<u32, Vec<&Event>> = BTreeMap::new();
    for event in events {
        if let Some(lane) = event.lane {
            by_lane.entry(lane).or_default().push(event);
        }
    }
    let lanes = by_lane.into_iter().map(|(number, of_lane)| Lane {
        number,
        spans: spans(&of_lane, window),
        done: of_lane
            .iter()
            .filter(|event| event.what == Happened::Done && event.task.is_some())
            .count() as u64,
    });
    lanes.collect()
}

fn spans(events: &[&Event], window: Window) -> Vec<Span> {
    let (mut spans, mut begun): (Vec<Span>, Option<Begun>) = (Vec::new(), None);
    for event in events {
        let state = match event.what {
            Happened::Run => Some(State::Runs),
            Happened::Ready => Some(State::Ready),
            Happened::Wait(on) => Some(State::Waits(on)),
            Happened::Done => None,
            _ => continue,
        };
        spans.extend(begun.take().and_then(|it| it.until(event.at_ns, window)));
        begun = state.map(|state| Begun {
            from_ns: event.at_ns,
            state,
            task: event.task,
            thread: event.thread,
        });
    }
    spans.extend(begun.and_then(|it| it.until(window.end_ns, window)));
    spans
}

impl Begun {
    fn until(self, ns: u64, window: Window) -> Option<Span> {
        let (from, until) = window.within(self.from_ns, ns)?;
        Some(Span {
            from,
            until,
            state: self.state,
            task: self.task,
            thread: self.thread,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::fixtures::of_task;

    #[test]
    fn a_lane_is_in_one_state_until_its_next_event() {
        let (of, socket) = ((0, 7), WaitsFor::Socket);
        let events = [
            of_task(100, 1, of, Happened::Ready),
            of_task(110, 2, of, Happened::Run),
            of_task(130, 2, of, Happened::Wait(socket)),
            of_task(135, 3, of, Happened::PartBegin),
            of_task(150, 1, of, Happened::Ready),
            of_task(160, 1, of, Happened::Run),
            of_task(190, 1, of, Happened::Done),
            of_task(195, 1, (0, 8), Happened::Run),
        ];
        let window = Window {
            begin_ns: 100,
            end_ns: 200,
        };
        let lanes = lanes(&events, window);
        assert_eq!((lanes.len(), lanes[0].done), (1, 1));
        let spans: Vec<_> = lanes[0]
            .spans
            .iter()
            .map(|span| {
                let task = span.task.unwrap();
                (span.from, span.until, span.state, task, span.thread)
            })
            .collect();
        let expected = [
            (0, 10, State::Ready, 7, 1),
            (10, 30, State::Runs, 7, 2),
            (30, 50, State::Waits(socket), 7, 2),
            (50, 60, State::Ready, 7, 1),
            (60, 90, State::Runs, 7, 1),
            (95, 100, State::Runs, 8, 1),
        ];
        assert_eq!(spans, expected);
    }
}
