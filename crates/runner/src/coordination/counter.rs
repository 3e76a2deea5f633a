//! `counter`: all units add to one shared number, with or without synchronisation. The
//! unsynchronised form loses increments without any unsafe code: it loads and then stores, and
//! although each of the two is atomic, the pair is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use protocol::{Counter, counts};
use workloads::{Error as WorkError, TaskQueue, digest};

use super::phase::Phase;
use super::primitives::Primitives;
use crate::error::Result;
use crate::model::Counts;
use crate::recorder::Recorder;

/// Synchronised increments between two checks. So many take a microsecond or two, which is far
/// below the switch interval of an interpreter lock, and make the cost of checking negligible.
const CHECKED_EVERY: u64 = 256;

pub(super) async fn run<I, E: Primitives>(phase: Phase<I, E>, workload: Counter) -> Result<Counts> {
    let counter = Arc::new(AtomicU64::new(0));
    let queue = Arc::new(phase.tasks.queue());
    phase
        .on_every_lane(|_| {
            let (counter, queue) = (Arc::clone(&counter), Arc::clone(&queue));
            let (workload, record) = (workload.clone(), phase.record.clone());
            let units = phase.units.clone();
            async move {
                batches(&counter, &workload, &queue, &record, || units.check());
                0
            }
        })
        .await?;
    let made = phase.tasks.count * workload.increments;
    lost(made - counter.load(Relaxed), workload.synchronised)
}

/// Makes batches of increments until there are no more tasks. `check` offers an interpreter lock to
/// other units.
fn batches(
    counter: &AtomicU64,
    workload: &Counter,
    queue: &TaskQueue,
    record: &Recorder,
    check: impl Fn(),
) {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        for number in 1..=workload.increments {
            if workload.synchronised {
                counter.fetch_add(1, Relaxed);
                if number % CHECKED_EVERY == 0 {
                    check();
                }
            } else {
                // The check stands where an interpreter would call a function between reading the
                // variable and writing it: the only place where it could switch threads.
                let value = counter.load(Relaxed);
                check();
                counter.store(value + 1, Relaxed);
            }
        }
        // A batch may be shorter than the distance between two checks.
        check();
        let end = Instant::now();
        record.record(&task, end - start, digest::of_task([task.step_seed(0)]));
        start = end;
    }
}

/// The count of lost increments, of which units that synchronise may have none.
fn lost(lost: u64, synchronised: bool) -> Result<Counts> {
    if synchronised && lost > 0 {
        return Err(WorkError::Model(format!(
            "{lost} increments were lost by units that synchronise"
        ))
        .into());
    }
    Ok(Counts::from([(counts::LOST.to_owned(), lost)]))
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
