//! `ping-pong`: messages to another unit and back, over the model's own channels, with a pair of
//! units for every lane. Each pair passes one buffer back and forth, so that nothing is allocated
//! meanwhile.

use std::sync::Arc;
use std::time::Instant;

use protocol::PingPong;
use workloads::{Error as WorkError, TaskQueue, digest};

use super::phase::{Phase, panicked};
use super::primitives::Primitives;
use crate::error::{Error, Result};
use crate::model::Counts;
use crate::recorder::Recorder;

pub(super) async fn run<I, E: Primitives>(
    phase: Phase<I, E>,
    workload: PingPong,
) -> Result<Counts> {
    let queue = Arc::new(phase.tasks.queue());
    let bytes = usize::try_from(workload.bytes).unwrap_or(usize::MAX);
    let mut answering = Vec::new();
    let mut ends = Vec::new();
    for _ in 0..phase.lanes {
        let (there, asked) = channel(&phase.units)?;
        let (back, answers) = channel(&phase.units)?;
        let unit = answer(phase.units.clone(), asked, back);
        answering.push(phase.units.start(unit).map_err(WorkError::Spawn)?);
        ends.push((there, answers));
    }
    let mut remaining = ends.into_iter();
    phase
        .on_every_lane(|_| {
            let ends = remaining.next();
            let (units, queue) = (phase.units.clone(), Arc::clone(&queue));
            let record = phase.record.clone();
            async move {
                if let Some((there, answers)) = ends {
                    ask(&units, there, answers, vec![0; bytes], &queue, &record).await;
                }
                0
            }
        })
        .await?;
    // The asking units have dropped their ends, which ends the answering ones.
    for handle in answering {
        phase.units.join(handle).await.ok_or_else(panicked)?;
    }
    Ok(Counts::new())
}

fn channel<E: Primitives>(units: &E) -> Result<(E::Sender, E::Receiver)> {
    units
        .channel()
        .map_err(|why| Error::Unsupported(why.to_owned()))
}

/// Sends every message back until nobody sends or receives any more.
async fn answer<E: Primitives>(units: E, mut asked: E::Receiver, back: E::Sender) -> u64 {
    while let Some(message) = units.receive(&mut asked).await {
        if !units.send(&back, message).await {
            break;
        }
    }
    0
}

/// Sends the value of one task after the other and waits for each to return. A partner that is gone
/// leaves tasks undone, which the recorder reports.
async fn ask<E: Primitives>(
    units: &E,
    there: E::Sender,
    mut answers: E::Receiver,
    mut message: Vec<u8>,
    queue: &TaskQueue,
    record: &Recorder,
) {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        message[..8].copy_from_slice(&task.step_seed(0).to_le_bytes());
        if !units.send(&there, message).await {
            break;
        }
        let Some(answer) = units.receive(&mut answers).await else {
            break;
        };
        let value = u64::from_le_bytes(answer[..8].try_into().unwrap_or_default());
        let end = Instant::now();
        record.record(&task, end - start, digest::of_task([value]));
        (start, message) = (end, answer);
    }
}
