//! Tasks, and the queue that gives each of them to the lane that asks next.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::digest::nth;

/// One unit of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its place in the workload, from 0; warm-up tasks come after the last.
    pub index: u64,
    /// What its parameters are derived from: output number `index` of the workload's seed.
    pub seed: u64,
}

impl Task {
    /// The task at this index of the workload with this seed.
    #[must_use]
    pub const fn new(workload_seed: u64, index: u64) -> Self {
        Self {
            index,
            seed: nth(workload_seed, index),
        }
    }

    /// What step number `step` (from 0) of this task derives its parameters from.
    #[must_use]
    pub const fn step_seed(&self, step: usize) -> u64 {
        nth(self.seed, step as u64)
    }
}

/// The tasks of one phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tasks {
    /// The workload's seed.
    pub seed: u64,
    /// Index of the first.
    pub first: u64,
    /// How many.
    pub count: u64,
}

impl Tasks {
    /// A queue that gives out each of them once.
    #[must_use]
    pub fn queue(self) -> TaskQueue {
        TaskQueue {
            seed: self.seed,
            next: AtomicU64::new(self.first),
            end: self.first + self.count,
        }
    }
}

/// Gives out every task once, to whoever asks next.
#[derive(Debug)]
pub struct TaskQueue {
    seed: u64,
    next: AtomicU64,
    end: u64,
}

impl TaskQueue {
    /// The next task, or `None` when all are given out.
    #[must_use]
    pub fn take(&self) -> Option<Task> {
        // Past the end the counter goes on growing by one per lane: it cannot overflow.
        let index = self.next.fetch_add(1, Relaxed);
        (index < self.end).then(|| Task::new(self.seed, index))
    }

    /// Gives out no more tasks.
    pub fn close(&self) {
        self.next.store(self.end, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_given_out_once() {
        let queue = Tasks {
            seed: 1,
            first: 3,
            count: 2,
        }
        .queue();
        assert_eq!(queue.take(), Some(Task::new(1, 3)));
        assert_eq!(queue.take(), Some(Task::new(1, 4)));
        assert_eq!(queue.take(), None);
        let closed = Tasks {
            seed: 1,
            first: 0,
            count: 2,
        }
        .queue();
        closed.close();
        assert_eq!(closed.take(), None);
    }
}
