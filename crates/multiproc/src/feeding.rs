//! How the parent keeps its workers supplied with the tasks of a closed loop: the strategy that
//! decides how many tasks each message carries, and the tasks of a phase that have not been sent
//! yet.

use crate::message::WorkerKind;

/// Most tasks in one message to a worker with one lane.
const LARGEST_BATCH: u64 = 64;

/// How many tasks a worker is sent. Every worker has two messages under way, so that it finds the
/// next one waiting when it has finished the first.
pub(crate) trait Feeding {
    /// The tasks of a worker's first message of a phase, if it has this many lanes.
    fn first(&self, lanes: u64) -> u64;

    /// The tasks of its second message.
    fn second(&self, lanes: u64, deal: &Deal) -> u64;

    /// The tasks of the message that follows when it has answered this many.
    fn next(&self, answered: u64, deal: &Deal) -> u64;

    /// The bound on the tasks under way at one worker, as the run's settings show it.
    fn window(&self) -> &'static str;

    /// The size of a message, as the run's settings show it.
    fn batch(&self) -> &'static str;
}

/// The strategy for workers of this kind.
pub(crate) fn feeding(kind: WorkerKind) -> &'static dyn Feeding {
    match kind {
        WorkerKind::Blocking | WorkerKind::BlockingUnderLock => &Batches,
        WorkerKind::EventLoop => &Credits,
    }
}

/// Feeds workers with one lane: batches of many tasks at first, so that short tasks do not pay for
/// a message each, and of few at the end.
struct Batches;

impl Feeding for Batches {
    fn first(&self, _: u64) -> u64 {
        // One task, so that every worker has something to do before any gets a whole batch.
        1
    }

    fn second(&self, _: u64, deal: &Deal) -> u64 {
        deal.batch()
    }

    fn next(&self, _: u64, deal: &Deal) -> u64 {
        deal.batch()
    }

    fn window(&self) -> &'static str {
        "2 batches"
    }

    fn batch(&self) -> &'static str {
        "1 to 64, guided"
    }
}

/// Feeds workers with many lanes: a new task for every result, so that no lane is idle and none has
/// to wait until a whole batch is done.
struct Credits;

impl Feeding for Credits {
    fn first(&self, lanes: u64) -> u64 {
        lanes
    }

    fn second(&self, lanes: u64, _: &Deal) -> u64 {
        lanes
    }

    fn next(&self, answered: u64, _: &Deal) -> u64 {
        answered
    }

    fn window(&self) -> &'static str {
        "2 × lanes"
    }

    fn batch(&self) -> &'static str {
        "as results come"
    }
}

/// The tasks of one phase that have not been sent yet.
pub(crate) struct Deal {
    pub(crate) next: u64,
    pub(crate) end: u64,
    pub(crate) processes: u64,
}

impl Deal {
    /// The size of the next batch (guided self-scheduling: Polychronopoulos and Kuck, 1987).
    pub(crate) fn batch(&self) -> u64 {
        // A share of what remains, which shrinks towards the end, so that no worker is left with a
        // large batch when the others are done. The 4 makes a share a quarter of an even one.
        ((self.end - self.next) / (4 * self.processes)).clamp(1, LARGEST_BATCH)
    }

    /// Takes up to `count` tasks: the index of the first, and how many there are.
    pub(crate) fn take(&mut self, count: u64) -> (u64, u64) {
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
        let mut deal = Deal {
            next: 0,
            end: 1000,
            processes: 2,
        };
        let mut sizes = Vec::new();
        while let (_, count @ 1..) = deal.take(deal.batch()) {
            sizes.push(count);
        }
        assert_eq!(sizes.iter().sum::<u64>(), 1000);
        assert_eq!((sizes.first(), sizes.last()), (Some(&64), Some(&1)));
        assert!(sizes.is_sorted_by(|a, b| a >= b));
    }
}
