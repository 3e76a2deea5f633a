//! `order`: how fairly a scheduler lets units take turns. With n lanes, unit u takes the turns u, u
//! + n, u + 2n, … and yields after each; the scheduler decides in which order the turns are taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use workloads::{Io, Task, Tasks, digest, monotonic_ns};

use super::phase::Phase;
use super::primitives::Primitives;
use crate::error::Result;
use crate::model::Counts;
use crate::recorder::Recorder;

pub(super) async fn run<I: Io, E: Primitives>(phase: Phase<I, E>) -> Result<Counts> {
    let turns = Arc::new(Turns::new(phase.tasks));
    let lanes = phase.lanes;
    let start_ns = monotonic_ns();
    phase
        .on_every_lane(|unit| {
            let (io, turns) = (phase.io.clone(), Arc::clone(&turns));
            async move {
                let mut turn = unit;
                while turn < turns.count() {
                    turns.take(turn);
                    turn += lanes;
                    io.yield_now().await;
                }
                0
            }
        })
        .await?;
    let out_of_order = turns.record(start_ns, &phase.record);
    Ok(Counts::from([(
        protocol::counts::OUT_OF_ORDER.to_owned(),
        out_of_order,
    )]))
}

/// The log of turns, in the order in which they were taken.
struct Turns {
    tasks: Tasks,
    next: AtomicUsize,
    taken: Vec<Taken>,
}

#[derive(Default)]
struct Taken {
    turn: AtomicU64,
    at_ns: AtomicU64,
}

impl Turns {
    fn new(tasks: Tasks) -> Self {
        Self {
            tasks,
            next: AtomicUsize::new(0),
            taken: (0..tasks.count).map(|_| Taken::default()).collect(),
        }
    }

    fn count(&self) -> u64 {
        self.tasks.count
    }

    fn take(&self, turn: u64) {
        // Claiming an entry by one atomic addition keeps units from waiting for each other, which
        // would change the order that is measured.
        let position = self.next.fetch_add(1, Relaxed);
        if let Some(taken) = self.taken.get(position) {
            taken.turn.store(turn, Relaxed);
            taken.at_ns.store(monotonic_ns(), Relaxed);
        }
    }

    /// Records every turn with the time since the one before it, once all are taken; the number of
    /// turns that were taken out of order.
    fn record(&self, start_ns: u64, record: &Recorder) -> u64 {
        let (mut before_ns, mut out_of_order) = (start_ns, 0);
        for (position, taken) in (0..).zip(&self.taken) {
            let (turn, at_ns) = (taken.turn.load(Relaxed), taken.at_ns.load(Relaxed));
            let task = Task::new(self.tasks.seed, self.tasks.first + turn);
            let value = digest::of_task([task.step_seed(0)]);
            record.record_at(task.index, at_ns.saturating_sub(before_ns), value);
            out_of_order += u64::from(turn != position);
            // A unit reads the clock a moment after it has claimed its entry, so two neighbouring
            // entries may have their times in the wrong order.
            before_ns = before_ns.max(at_ns);
        }
        out_of_order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_that_are_not_in_their_place_are_counted() {
        let tasks = Tasks {
            seed: 1,
            first: 10,
            count: 4,
        };
        let (turns, record) = (Turns::new(tasks), Recorder::new(tasks));
        for turn in [0, 2, 1, 3] {
            turns.take(turn);
        }
        assert_eq!(turns.record(0, &record), 2);
        let right = |n: u64| digest::of_task([Task::new(1, 10 + n).step_seed(0)]);
        assert_eq!(record.finish().unwrap().tasks, [0, 1, 2, 3].map(right));
    }
}
