//! How the parent keeps its workers supplied with the tasks of a closed loop: the strategy that
//! decides how many tasks each message carries.

use runner::Deal;

use crate::message::WorkerKind;

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
