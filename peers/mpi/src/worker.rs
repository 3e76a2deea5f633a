//! A worker rank: it opens one lane, and carries out the orders of rank 0.

use std::sync::Arc;
use std::time::Instant;

use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, Destination as _, Root as _, Source as _};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Error, Lane, Result, Task, Work, monotonic_ns};

use crate::message::{Opening, Place, Record, Used, order, reply};
use crate::ping_pong;

/// The rank that gives orders.
const ROOT: i32 = 0;

/// Carries out orders until they end. An error is told to rank 0, which then ends the job.
pub(crate) fn main(world: &SimpleCommunicator) {
    let root = world.process_at_rank(ROOT);
    let mut length = 0_u64;
    root.broadcast_into(&mut length);
    let mut text = vec![0; usize::try_from(length).unwrap_or_default()];
    root.broadcast_into(&mut text[..]);
    let outcome = serde_json::from_slice(&text)
        .map_err(|error| Error::Model(format!("the first order cannot be read: {error}")))
        .and_then(|opening| carry_out(world, opening));
    if let Err(error) = outcome {
        root.send_with_tag(error.to_string().as_bytes(), reply::FAILED);
        // Whoever leaves the job early ends it, and rank 0 could not say why.
        root.receive_into_with_tag(&mut [0_u64; 0][..], order::END);
    }
}

fn carry_out(world: &SimpleCommunicator, opening: Opening) -> Result<()> {
    if let Some(bytes) = opening.sends_back {
        opened(world)?;
        ping_pong::send_back(world, bytes);
        return Ok(());
    }
    let work = Work::new(opening.setup, 1);
    let work = Arc::new(if opening.observed {
        work.observed(stop_at_the_barrier)
    } else {
        work
    });
    let mut lane = run_ready(Lane::open(BlockingIo, &work))?;
    opened(world)?;
    let root = world.process_at_rank(ROOT);
    let seed = work.setup.workload.seed;
    loop {
        let mut numbers = [0_u64; 2];
        let status = root.receive_into(&mut numbers[..]);
        let [first, second] = numbers;
        match status.tag() {
            order::TASKS => {
                let records = batch(&mut lane, seed, first, second)?;
                root.send_with_tag(&records[..], reply::DONE);
            }
            order::ARRIVAL => {
                let record = arrival(&mut lane, seed, first, second)?;
                root.send_with_tag(&record.words()[..], reply::DONE);
            }
            order::REPORT => {
                let used = Used::here(Some(&work));
                root.send_with_tag(&used.words()[..], reply::USED);
            }
            order::END => return Ok(()),
            other => return Err(Error::Model(format!("an order has the tag {other}"))),
        }
    }
}

/// Tells rank 0 that this rank is ready for orders, and where it is.
fn opened(world: &SimpleCommunicator) -> Result<()> {
    let place = serde_json::to_vec(&Place::here())
        .map_err(|error| Error::Model(format!("cannot say where this rank is: {error}")))?;
    let root = world.process_at_rank(ROOT);
    root.send_with_tag(&place[..], reply::OPENED);
    Ok(())
}

/// Waits until the lanes of all ranks wait. A rank has one lane, and its thread is the one that calls MPI.
fn stop_at_the_barrier() {
    let world = SimpleCommunicator::world();
    let root = world.process_at_rank(ROOT);
    let nothing: [u64; 0] = [];
    root.send_with_tag(&nothing[..], reply::ALL_WAIT);
    root.receive_into_with_tag(&mut [0_u64; 0][..], order::GO_ON);
}

/// Does a batch of tasks; the numbers of their records.
fn batch(lane: &mut Lane<BlockingIo>, seed: u64, first: u64, count: u64) -> Result<Vec<u64>> {
    let mut words = Vec::new();
    let mut start = Instant::now();
    for index in first..first.saturating_add(count) {
        let digest = run_ready(lane.run(&Task::new(seed, index)))?;
        // The end of one task is the start of the next: one clock reading a task instead of two.
        let end = Instant::now();
        let record = Record {
            index,
            latency_ns: u64::try_from((end - start).as_nanos()).unwrap_or(u64::MAX),
            digest,
            intended_ns: 0,
            started_ns: 0,
        };
        words.extend(record.words());
        start = end;
    }
    Ok(words)
}

/// Does a task of an open loop.
fn arrival(lane: &mut Lane<BlockingIo>, seed: u64, index: u64, intended_ns: u64) -> Result<Record> {
    let started_ns = monotonic_ns();
    let digest = run_ready(lane.run(&Task::new(seed, index)))?;
    Ok(Record {
        index,
        latency_ns: monotonic_ns().saturating_sub(intended_ns),
        digest,
        intended_ns,
        started_ns,
    })
}
