//! When requests are due: by the clock in an open loop, and in a closed loop whenever a connection is free.

use std::iter::Peekable;

use protocol::{Workload, arrival_offsets};
use runner::{Arrival, LATE_NS};
use workloads::{Task, Tasks};

/// The time until the first request is due, in which the loop gets going.
const LEAD_NS: u64 = 2_000_000;

/// The requests of one phase that are not yet due, in their order.
pub(crate) struct Arrivals {
    seed: u64,
    next: u64,
    end: u64,
    /// When each is due; `None` in a closed loop.
    clock: Option<Clock>,
}

/// When each request is due, in nanoseconds after the first.
type Offsets = Peekable<Box<dyn Iterator<Item = u64>>>;

struct Clock {
    first_ns: u64,
    offsets: Offsets,
    /// Requests that were taken late although a connection was free for them.
    late: u64,
}

impl Arrivals {
    /// Requests that are due whenever a connection is free.
    pub(crate) fn closed(tasks: Tasks) -> Self {
        Self {
            seed: tasks.seed,
            next: tasks.first,
            end: tasks.first + tasks.count,
            clock: None,
        }
    }

    /// The requests of a workload that begins now, and the time by which an answer is in time; 0 in a closed loop. As
    /// in the open loops of models, that is when the last request is due, plus the waits of its steps, plus one
    /// millisecond.
    pub(crate) fn of(workload: &Workload, tasks: Tasks, now_ns: u64) -> (Self, u64) {
        let closed = Self::closed(tasks);
        let Some(rate) = workload.rate else {
            return (closed, 0);
        };
        let offsets = arrival_offsets(tasks.seed, tasks.count, rate, workload.arrivals);
        let last = offsets.clone().last().unwrap_or(0);
        let first_ns = now_ns + LEAD_NS;
        let waits = u64::try_from(workload.wait_per_task().as_nanos()).unwrap_or(u64::MAX);
        let clock = Clock {
            first_ns,
            offsets: (Box::new(offsets) as Box<dyn Iterator<Item = u64>>).peekable(),
            late: 0,
        };
        let window_end =
            first_ns.saturating_add(last.saturating_add(waits).saturating_add(LATE_NS));
        let open = Self {
            clock: Some(clock),
            ..closed
        };
        (open, window_end)
    }

    /// When the first is due; `None` in a closed loop.
    pub(crate) fn first_ns(&self) -> Option<u64> {
        self.clock.as_ref().map(|clock| clock.first_ns)
    }

    /// The next request, if it is due now. `is_free` says whether a connection is free for it.
    pub(crate) fn take_due(&mut self, now_ns: u64, is_free: bool) -> Option<Arrival> {
        if self.next == self.end {
            return None;
        }
        let intended_ns = match &mut self.clock {
            None => is_free.then_some(now_ns)?,
            Some(clock) => {
                let due = clock.first_ns
                    + clock
                        .offsets
                        .next_if(|offset| clock.first_ns + offset <= now_ns)?;
                clock.late += u64::from(is_free && now_ns - due > LATE_NS);
                due
            }
        };
        let task = Task::new(self.seed, self.next);
        self.next += 1;
        Some(Arrival { task, intended_ns })
    }

    /// When the next request is due by the clock, if one is.
    pub(crate) fn next_ns(&mut self) -> Option<u64> {
        let clock = self.clock.as_mut()?;
        let offset = clock.offsets.peek()?;
        Some(clock.first_ns + offset)
    }

    /// How many requests were taken late although a connection was free for them.
    pub(crate) fn late(&self) -> u64 {
        self.clock.as_ref().map_or(0, |clock| clock.late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASKS: Tasks = Tasks {
        seed: 1,
        first: 0,
        count: 3,
    };
    const MS: u64 = 1_000_000;

    fn open() -> (Arrivals, u64) {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = 3\nin_flight = 2\nseed = 1\n\
            rate = \"100/s\"\n[serve]\nbytes = 12\n[[step]]\nwait = { duration = \"5ms\" }\n";
        let workload = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        Arrivals::of(&workload, TASKS, 1000)
    }

    #[test]
    fn in_an_open_loop_requests_are_due_by_the_clock() {
        let (mut arrivals, window_end) = open();
        let first = arrivals.first_ns().unwrap();
        assert_eq!(first, 1000 + LEAD_NS);
        assert_eq!(window_end, first + (20 + 5 + 1) * MS);
        assert_eq!(arrivals.take_due(first - 1, true), None);
        let one = arrivals.take_due(first, true).unwrap();
        assert_eq!((one.task, one.intended_ns), (Task::new(1, 0), first));
        assert_eq!(arrivals.next_ns(), Some(first + 10 * MS));
        // Nobody is free: that the request waits is the doing of the server.
        let two = arrivals.take_due(first + 15 * MS, false).unwrap();
        assert_eq!((two.intended_ns, arrivals.late()), (first + 10 * MS, 0));
        let three = arrivals.take_due(first + 22 * MS, true).unwrap();
        assert_eq!((three.intended_ns, arrivals.late()), (first + 20 * MS, 1));
        assert_eq!(arrivals.take_due(u64::MAX, true), None);
        assert_eq!(arrivals.next_ns(), None);
    }

    #[test]
    fn in_a_closed_loop_a_request_is_due_when_a_connection_is_free() {
        let mut arrivals = Arrivals::closed(TASKS);
        assert_eq!(arrivals.take_due(5, false), None);
        let taken = std::iter::from_fn(|| arrivals.take_due(5, true));
        assert_eq!(taken.count(), 3);
        assert_eq!((arrivals.next_ns(), arrivals.first_ns()), (None, None));
    }
}
