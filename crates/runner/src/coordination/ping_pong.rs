//! `ping-pong`: messages to another unit and back, over the model's own channels; a pair of units
//! for every lane. One buffer goes to and fro, so that nothing is allocated on the way.

use std::sync::Arc;
use std::time::Instant;

use protocol::PingPong;
use workloads::{Error as WorkError, TaskQueue, digest};

use super::{Phase, Primitives, on_every_lane, panicked};
use crate::model::{Counts, Error, Result};
use crate::recorder::Recorder;

pub(super) async fn run<I, E: Primitives>(phase: Phase<I, E>, of: PingPong) -> Result<Counts> {
    let queue = Arc::new(phase.tasks.queue());
    let bytes = usize::try_from(of.bytes).unwrap_or(usize::MAX);
    let mut answering = Vec::new();
    let mut ends = Vec::new();
    for _ in 0..phase.work.lanes {
        let unsupported = |why: &str| Error::Unsupported(why.to_owned());
        let (there, mut asked) = phase.units.channel().map_err(unsupported)?;
        let (back, answers) = phase.units.channel().map_err(unsupported)?;
        let units = phase.units.clone();
        let answer = async move {
            while let Some(message) = units.receive(&mut asked).await {
                if !units.send(&back, message).await {
                    break;
                }
            }
            0
        };
        answering.push(phase.units.start(answer).map_err(WorkError::Spawn)?);
        ends.push(std::sync::Mutex::new(Some((there, answers))));
    }
    let ask = |lane: u64| {
        let place = usize::try_from(lane).unwrap_or(usize::MAX);
        let ends = ends[place].lock().ok().and_then(|mut ends| ends.take());
        let (units, queue) = (phase.units.clone(), Arc::clone(&queue));
        let record = phase.record.clone();
        async move {
            let Some((there, answers)) = ends else {
                return 0;
            };
            ask(&units, there, answers, vec![0; bytes], &queue, &record).await
        }
    };
    on_every_lane(&phase, ask).await?;
    for handle in answering {
        phase.units.join(handle).await.ok_or_else(panicked)?;
    }
    Ok(Counts::new())
}

/// Sends one task's value after the other; a partner that is gone leaves tasks undone.
async fn ask<E: Primitives>(
    units: &E,
    there: E::Sender,
    mut answers: E::Receiver,
    mut message: Vec<u8>,
    queue: &TaskQueue,
    record: &Recorder,
) -> u64 {
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
    0
}
