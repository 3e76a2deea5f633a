//! `ping-pong` between ranks: rank 0 sends a message to each of the others, which send it back.

use std::hint::black_box;
use std::time::Instant;

use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, Destination as _, Equivalence as _, Source as _};
use runner::{Recorder, Result};
use workloads::{Error, Task, TaskQueue, Tasks, digest};

use crate::message::{Used, order, reply};
use crate::ranks::{Ranks, worker_of};
use crate::units;

/// Sends messages of this size until all tasks are done, one under way at each rank. One thread does it for all
/// ranks, since one thread calls MPI.
///
/// # Errors
/// When a rank sends back something else.
pub(crate) fn ask(ranks: &Ranks, bytes: u64, tasks: Tasks, record: &Recorder) -> Result<()> {
    let queue = tasks.queue();
    let mut message = vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)];
    let mut under_way: Vec<Option<(Task, Instant)>> = vec![None; ranks.count()];
    for (worker, asked) in under_way.iter_mut().enumerate() {
        *asked = send(ranks, worker, &queue, &mut message, Instant::now());
    }
    for _ in 0..tasks.count {
        let status = ranks
            .world()
            .any_process()
            .receive_into_with_tag(&mut message[..], reply::PONG);
        // The end of one round trip is the start of the next: one clock reading for both.
        let end = Instant::now();
        let worker = worker_of(status.source_rank());
        let came = usize::try_from(status.count(u8::equivalent_datatype())).unwrap_or_default();
        let Some((task, start)) = under_way[worker].take().filter(|_| came == message.len()) else {
            let rank = worker + 1;
            return Err(Error::Model(format!("rank {rank} sent {came} bytes back")).into());
        };
        let value = u64::from_le_bytes(message[..8].try_into().unwrap_or_default());
        // The next message is under way while what has come is recorded.
        under_way[worker] = send(ranks, worker, &queue, &mut message, end);
        record.record(&task, end - start, digest::of_task([value]));
    }
    Ok(())
}

/// Sends the next task to a worker, from this time on; `None` where there is none.
fn send(
    ranks: &Ranks,
    worker: usize,
    queue: &TaskQueue,
    message: &mut [u8],
    start: Instant,
) -> Option<(Task, Instant)> {
    let task = queue.take()?;
    message[..8].copy_from_slice(&task.step_seed(0).to_le_bytes());
    ranks.send_bytes(worker, order::PING, message);
    Some((task, start))
}

/// The other side: sends every message back until it is told to end.
pub(crate) fn send_back(world: &SimpleCommunicator, bytes: u64) {
    let root = world.process_at_rank(0);
    let mut message = vec![0_u8; usize::try_from(bytes).unwrap_or(usize::MAX)];
    loop {
        let status = root.receive_into(&mut message[..]);
        match status.tag() {
            order::PING => {
                units::mark();
                root.send_with_tag(black_box(&message[..]), reply::PONG);
            }
            order::REPORT => root.send_with_tag(&Used::here(None).words()[..], reply::USED),
            _ => return,
        }
    }
}
