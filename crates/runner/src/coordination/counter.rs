//! `counter`: all units add to one number. Safe code can lose increments too: by a load and then a
//! store, each of them atomic and the pair not. A unit offers what holds it up (an interpreter lock)
//! every so often, and where a call lies between the load and the store, there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use protocol::Counter;
use workloads::{Error as WorkError, TaskQueue, digest};

use super::{Phase, Primitives, on_every_lane};
use crate::model::{Counts, Result};
use crate::recorder::Recorder;

/// So many increments take less than a microsecond or two.
const CHECKED_EVERY: u64 = 256;

pub(super) async fn run<I, E: Primitives>(phase: Phase<I, E>, of: Counter) -> Result<Counts> {
    let counter = Arc::new(AtomicU64::new(0));
    let queue = Arc::new(phase.tasks.queue());
    let count = |_| {
        let (counter, queue) = (Arc::clone(&counter), Arc::clone(&queue));
        let (of, record) = (of.clone(), phase.record.clone());
        let units = phase.units.clone();
        async move {
            batches(&counter, &of, &queue, &record, || units.check());
            0
        }
    };
    on_every_lane(&phase, count).await?;
    let made = phase.tasks.count * of.increments;
    lost(made - counter.load(Relaxed), of.synchronised)
}

fn batches(
    counter: &AtomicU64,
    of: &Counter,
    queue: &TaskQueue,
    record: &Recorder,
    check: impl Fn(),
) {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        for number in 1..=of.increments {
            if of.synchronised {
                counter.fetch_add(1, Relaxed);
                if number % CHECKED_EVERY == 0 {
                    check();
                }
            } else {
                let found = counter.load(Relaxed);
                check();
                counter.store(found + 1, Relaxed);
            }
        }
        // A batch may be shorter than what lies between two checks.
        check();
        let end = Instant::now();
        record.record(&task, end - start, digest::of_task([task.step_seed(0)]));
        start = end;
    }
}

fn lost(lost: u64, synchronised: bool) -> Result<Counts> {
    match (lost, synchronised) {
        (1.., true) => Err(WorkError::Model(format!(
            "{lost} increments were lost by units that synchronise"
        ))
        .into()),
        _ => Ok(Counts::from([("lost".to_owned(), lost)])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workloads::Tasks;

    #[test]
    fn one_unit_loses_nothing_either_way() {
        let tasks = Tasks {
            seed: 1,
            first: 0,
            count: 3,
        };
        for synchronised in [true, false] {
            let counter = AtomicU64::new(0);
            let of = Counter {
                increments: 100,
                synchronised,
            };
            let record = Recorder::new(tasks);
            batches(&counter, &of, &tasks.queue(), &record, || ());
            assert_eq!(counter.load(Relaxed), 300);
            assert!(record.finish().is_ok());
        }
    }

    #[test]
    fn whoever_comes_in_at_a_check_makes_unsynchronised_increments_lose() {
        let tasks = Tasks {
            seed: 1,
            first: 0,
            count: 1,
        };
        for (synchronised, found) in [(true, 1000 + 4), (false, 1000 + 1)] {
            let (counter, record) = (AtomicU64::new(0), Recorder::new(tasks));
            let of = Counter {
                increments: 1000,
                synchronised,
            };
            let another = || {
                counter.fetch_add(1, Relaxed);
            };
            batches(&counter, &of, &tasks.queue(), &record, another);
            // At the last check nothing lies open, so that one counts in either form.
            assert_eq!(counter.load(Relaxed), found);
        }
    }

    #[test]
    fn what_is_lost_is_counted_or_an_error() {
        assert_eq!(lost(5, false).unwrap()["lost"], 5);
        assert_eq!(lost(0, true).unwrap()["lost"], 0);
        let error = lost(5, true).unwrap_err().to_string();
        assert!(error.contains("5 increments"), "{error}");
    }
}
