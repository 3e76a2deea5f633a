//! `spawn`: units are started and joined, in rounds of as many as there are lanes. Each adds to a
//! counter of this process, which shows whether units share memory with the one that started them.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use workloads::{Error as WorkError, digest};

use super::phase::{Phase, panicked};
use super::primitives::Primitives;
use crate::error::Result;
use crate::model::Counts;

/// The number of units that have run in this process.
static MARKS: AtomicU64 = AtomicU64::new(0);

pub(super) async fn run<I, E: Primitives>(phase: Phase<I, E>) -> Result<Counts> {
    let queue = phase.tasks.queue();
    let lanes = usize::try_from(phase.lanes).unwrap_or(usize::MAX);
    let mut round = Vec::with_capacity(lanes);
    let before = MARKS.load(Ordering::Relaxed);
    loop {
        for task in std::iter::from_fn(|| queue.take()).take(lanes) {
            let (start, seed) = (Instant::now(), task.step_seed(0));
            // `black_box` keeps the compiler from computing the result without running the unit.
            let unit = phase.units.start(async move {
                MARKS.fetch_add(1, Ordering::Relaxed);
                black_box(seed)
            });
            round.push((task, start, unit.map_err(WorkError::Spawn)?));
        }
        if round.is_empty() {
            // Joining a unit makes its writes visible, and all units are joined.
            let seen = MARKS.load(Ordering::Relaxed) - before;
            return Ok(Counts::from([(protocol::counts::SEEN.to_owned(), seen)]));
        }
        for (task, start, handle) in round.drain(..) {
            let value = phase.units.join(handle).await.ok_or_else(panicked)?;
            phase
                .record
                .record(&task, start.elapsed(), digest::of_task([value]));
        }
    }
}
