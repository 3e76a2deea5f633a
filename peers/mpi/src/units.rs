//! `spawn` between ranks: a unit is a job for a rank that waits, as in a pool of threads, and is joined by its answer.
//! Ranks are not started one by one in mid-run: `MPI_Comm_spawn` of Open MPI 4.1.4 hangs after a few processes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use runner::protocol::counts;
use runner::{Counts, Recorder, Result};
use workloads::{Tasks, digest};

use crate::message::order;
use crate::ranks::Ranks;

/// The number of units that have run in this process: those of other ranks leave none here, because ranks share no
/// memory.
static MARKS: AtomicU64 = AtomicU64::new(0);

/// The size of a unit's value in bytes.
pub(crate) const BYTES: u64 = 8;

/// What a unit does besides returning its value.
pub(crate) fn mark() {
    MARKS.fetch_add(1, Relaxed);
}

/// Starts and joins units in rounds of one for each rank.
///
/// # Errors
/// When a rank answers with something else.
pub(crate) fn run(ranks: &Ranks, tasks: Tasks, record: &Recorder) -> Result<Counts> {
    let before = MARKS.load(Relaxed);
    let queue = tasks.queue();
    loop {
        let mut round = Vec::with_capacity(ranks.count());
        for (worker, task) in (0..ranks.count()).zip(std::iter::from_fn(|| queue.take())) {
            let start = Instant::now();
            ranks.send_bytes(worker, order::PING, &task.step_seed(0).to_le_bytes());
            round.push((worker, task, start));
        }
        if round.is_empty() {
            let seen = MARKS.load(Relaxed) - before;
            return Ok(Counts::from([(counts::SEEN.to_owned(), seen)]));
        }
        for (worker, task, start) in round {
            let value = ranks.value_of(worker)?;
            record.record(&task, start.elapsed(), digest::of_task([value]));
        }
    }
}
