//! `spawn`: units started and joined, in rounds of as many as there are lanes.

use std::hint::black_box;
use std::time::Instant;

use workloads::{Error as WorkError, digest};

use super::{Phase, Primitives, panicked};
use crate::model::{Counts, Result};

pub(super) async fn run<I, E: Primitives>(phase: Phase<I, E>) -> Result<Counts> {
    let queue = phase.tasks.queue();
    let lanes = usize::try_from(phase.work.lanes).unwrap_or(usize::MAX);
    let mut round = Vec::with_capacity(lanes);
    loop {
        for task in std::iter::from_fn(|| queue.take()).take(lanes) {
            let (start, seed) = (Instant::now(), task.step_seed(0));
            // What a unit gives must not be known before it has run.
            let unit = phase.units.start(async move { black_box(seed) });
            round.push((task, start, unit.map_err(WorkError::Spawn)?));
        }
        if round.is_empty() {
            return Ok(Counts::new());
        }
        for (task, start, handle) in round.drain(..) {
            let value = phase.units.join(handle).await.ok_or_else(panicked)?;
            phase
                .record
                .record(&task, start.elapsed(), digest::of_task([value]));
        }
    }
}
