//! The tasks of a phase that are dealt out to worker processes: how many of them one message carries.

use workloads::Tasks;

/// Most tasks in one message.
const LARGEST_BATCH: u64 = 64;

/// The tasks of one phase that have not been sent to a worker process yet.
#[derive(Debug)]
pub struct Deal {
    next: u64,
    end: u64,
    processes: u64,
}

impl Deal {
    /// All of these tasks, for so many processes.
    #[must_use]
    pub fn new(tasks: Tasks, processes: u64) -> Self {
        Self {
            next: tasks.first,
            end: tasks.first + tasks.count,
            processes,
        }
    }

    /// The size of the next batch (guided self-scheduling: Polychronopoulos and Kuck, 1987).
    #[must_use]
    pub fn batch(&self) -> u64 {
        // A share of what remains, which shrinks towards the end, so that no worker is left with a
        // large batch when the others are done. The 4 makes a share a quarter of an even one.
        ((self.end - self.next) / (4 * self.processes)).clamp(1, LARGEST_BATCH)
    }

    /// Takes up to `count` tasks: the index of the first, and how many there are.
    pub fn take(&mut self, count: u64) -> (u64, u64) {
        let first = self.next;
        self.next = self.end.min(first + count);
        (first, self.next - first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_shrink_towards_the_end_and_miss_nothing() {
        let tasks = Tasks {
            seed: 1,
            first: 0,
            count: 1000,
        };
        let mut deal = Deal::new(tasks, 2);
        let mut sizes = Vec::new();
        while let (_, count @ 1..) = deal.take(deal.batch()) {
            sizes.push(count);
        }
        assert_eq!(sizes.iter().sum::<u64>(), 1000);
        assert_eq!((sizes.first(), sizes.last()), (Some(&64), Some(&1)));
        assert!(sizes.is_sorted_by(|a, b| a >= b));
    }
}
