//! What each thread ran: tasks, and parts of tasks that a pool was given.

use std::collections::BTreeMap;

use protocol::{Event, Happened, TraceHeader};

use super::window::Window;

/// A thread with what it ran, the earliest first, none over another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) stretches: Vec<Stretch>,
    /// How many tasks it ended.
    pub(crate) done: u64,
    /// The processor time that it used in the measured phase, also beside tasks.
    pub(crate) cpu_ns: Option<u64>,
}

/// A thread that ran no task and used processor time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Silent {
    pub(crate) name: String,
    pub(crate) cpu_ns: u64,
}

/// A time during which a thread ran one task without a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) lane: u32,
    pub(crate) task: Option<u64>,
    /// Whether it was a part that a pool was given.
    pub(crate) is_part: bool,
}

/// The threads of a process that ran anything, by number.
pub(super) fn threads(events: &[Event], header: &TraceHeader, window: Window) -> Vec<Thread> {
    let mut by_thread: BTreeMap<u32, Vec<&Event>> = BTreeMap::new();
    for event in events {
        by_thread.entry(event.thread).or_default().push(event);
    }
    let threads = by_thread.into_iter().map(|(number, of_thread)| Thread {
        number,
        name: name_of(header, number),
        stretches: stretches(&of_thread, window),
        done: of_thread
            .iter()
            .filter(|event| event.what == Happened::Done && event.task.is_some())
            .count() as u64,
        cpu_ns: header.cpu_ns.get(&number).copied(),
    });
    threads
        .filter(|thread| thread.done > 0 || !thread.stretches.is_empty())
        .collect()
}

/// The threads of a process that used processor time and are not among those that ran anything.
pub(super) fn silent(header: &TraceHeader, threads: &[Thread]) -> Vec<Silent> {
    let others = header
        .cpu_ns
        .iter()
        .filter(|(number, _)| !threads.iter().any(|thread| thread.number == **number));
    others
        .map(|(number, cpu_ns)| Silent {
            name: name_of(header, *number),
            cpu_ns: *cpu_ns,
        })
        .collect()
}

fn name_of(header: &TraceHeader, number: u32) -> String {
    match header.threads.get(&number).map(String::as_str) {
        Some("") | None => format!("thread {number}"),
        Some(name) => format!("{name} ({number})"),
    }
}

fn stretches(events: &[&Event], window: Window) -> Vec<Stretch> {
    let (mut stretches, mut begun): (Vec<Stretch>, Option<&Event>) = (Vec::new(), None);
    for event in events {
        let begins = matches!(event.what, Happened::Run | Happened::PartBegin);
        let is_of_it = begun.is_some_and(|it| it.lane == event.lane);
        let ends = match event.what {
            // A task that becomes ready is another one that this thread wakes, or its own, which yields.
            Happened::Wait(_) | Happened::Ready | Happened::Done | Happened::PartEnd => is_of_it,
            _ => false,
        };
        if begins || ends {
            let ended = begun.take();
            stretches.extend(ended.and_then(|it| stretch(it, event.at_ns, window)));
        }
        if begins {
            begun = Some(event);
        }
    }
    stretches.extend(begun.and_then(|it| stretch(it, window.end_ns, window)));
    stretches
}

fn stretch(begun: &Event, until_ns: u64, window: Window) -> Option<Stretch> {
    let (from, until) = window.within(begun.at_ns, until_ns)?;
    Some(Stretch {
        from,
        until,
        lane: begun.lane?,
        task: begun.task,
        is_part: begun.what == Happened::PartBegin,
    })
}

#[cfg(test)]
mod tests {
    use protocol::WaitsFor;

    use super::*;
    use crate::file::fixtures::{of_task, of_thread, recorded};

    #[test]
    fn a_thread_runs_a_task_until_that_waits_yields_or_is_done() {
        let events = [
            of_thread(0, 9, Happened::Begin),
            of_task(10, 1, (0, 5), Happened::Run),
            of_task(15, 1, (1, 6), Happened::Ready),
            of_task(20, 1, (0, 5), Happened::Wait(WaitsFor::Pool)),
            of_task(22, 2, (0, 5), Happened::PartBegin),
            of_task(25, 1, (1, 6), Happened::Run),
            of_task(40, 1, (1, 6), Happened::Ready),
            of_task(42, 2, (0, 5), Happened::PartEnd),
            of_task(43, 2, (0, 5), Happened::Ready),
            of_task(50, 1, (1, 6), Happened::Run),
            of_task(70, 1, (1, 6), Happened::Done),
        ];
        let window = Window {
            begin_ns: 0,
            end_ns: 100,
        };
        let mut header = recorded(7, &events).header;
        header.cpu_ns = [(1, 60), (9, 5)].into();
        let threads = threads(&events, &header, window);
        let named: Vec<_> = threads
            .iter()
            .map(|thread| (thread.name.as_str(), thread.done))
            .collect();
        assert_eq!(named, [("main (1)", 1), ("thread 2", 0)]);
        let times = |index: usize| -> Vec<_> {
            let stretches = threads[index].stretches.iter();
            stretches
                .map(|it| (it.from, it.until, it.lane, it.is_part))
                .collect()
        };
        assert_eq!(
            times(0),
            [(10, 20, 0, false), (25, 40, 1, false), (50, 70, 1, false)]
        );
        assert_eq!(times(1), [(22, 42, 0, true)]);
        assert_eq!((threads[0].cpu_ns, threads[1].cpu_ns), (Some(60), None));
        let beside = Silent {
            name: "thread 9".to_owned(),
            cpu_ns: 5,
        };
        assert_eq!(silent(&header, &threads), [beside]);
    }
}
