//! The choice of a rank for each arrival of an open loop: the one with the fewest tasks under way that may be sent
//! one more. An arrival that finds none waits until a result makes room.

use std::collections::VecDeque;

use runner::Arrival;

/// The most tasks that a rank may have been sent and not answered: the one that it does, and the next.
const WINDOW: u64 = 2;

/// The tasks under way in an open loop.
#[derive(Debug)]
pub(crate) struct Load {
    under_way: Vec<u64>,
    waiting: VecDeque<Arrival>,
}

impl Load {
    /// Nothing under way at so many workers.
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            under_way: vec![0; workers],
            waiting: VecDeque::new(),
        }
    }

    /// Adds an arrival.
    pub(crate) fn arrive(&mut self, arrival: Arrival) {
        self.waiting.push_back(arrival);
    }

    /// A worker has answered this many tasks.
    pub(crate) fn answered(&mut self, worker: usize, tasks: usize) {
        self.under_way[worker] -= tasks as u64;
    }

    /// The arrival that is due next and the worker that takes it, where there are both.
    pub(crate) fn take(&mut self) -> Option<(usize, Arrival)> {
        let loads = self.under_way.iter_mut().enumerate();
        let free = loads.filter(|(_, under_way)| **under_way < WINDOW);
        let (worker, under_way) = free.min_by_key(|(_, under_way)| **under_way)?;
        let arrival = self.waiting.pop_front()?;
        *under_way += 1;
        Some((worker, arrival))
    }
}

#[cfg(test)]
mod tests {
    use workloads::Task;

    use super::*;

    #[test]
    fn the_rank_with_the_fewest_tasks_takes_the_next_and_none_has_more_than_two() {
        let mut load = Load::new(2);
        for index in 0..6 {
            let task = Task::new(1, index);
            load.arrive(Arrival {
                task,
                intended_ns: index,
            });
        }
        let mut taken = Vec::new();
        while let Some((worker, arrival)) = load.take() {
            taken.push((worker, arrival.task.index));
        }
        assert_eq!(taken, [(0, 0), (1, 1), (0, 2), (1, 3)]);
        load.answered(1, 2);
        assert_eq!(load.take().map(|(worker, _)| worker), Some(1));
    }
}
