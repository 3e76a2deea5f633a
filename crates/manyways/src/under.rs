//! The sequential run of work that needs a runtime: one task after the other on a variant of a model.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use protocol::{DEFAULT_SWITCH_INTERVAL_US, Endpoints, Setup, Workload};
use runner::{Model, Recorder, Running};
use workloads::sequential::{Answer, Answers};
use workloads::{Tasks, Work};

use crate::body::Own;
use crate::work::OwnWork;

/// Threads for calls that block: the number that runtimes have which take it from the environment only.
const BLOCKING: u64 = 500;

/// Does tasks one after the other, by as many new lanes of the model; their answers in the same order.
pub(crate) fn values<O: OwnWork>(
    model: &dyn Model<Own<O>>,
    workload: &Workload,
    order: &[u64],
    lanes: u64,
) -> Result<Answers, String> {
    let mut running = started(model, workload, lanes)?;
    let mut values = Vec::with_capacity(order.len());
    for index in order {
        let answer = one(&mut **running, workload, *index);
        // A model whose task has failed has lost a lane. It is not shut down, which could wait for it.
        if answer.is_err() {
            running = started(model, workload, lanes)?;
        }
        values.push((*index, answer));
    }
    drop(ManuallyDrop::into_inner(running));
    Ok(values)
}

fn started<O: OwnWork>(
    model: &dyn Model<Own<O>>,
    workload: &Workload,
    lanes: u64,
) -> Result<ManuallyDrop<Box<dyn Running>>, String> {
    let setup = Setup {
        workload: workload.clone(),
        endpoints: Endpoints::default(),
        workers: std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64),
        in_flight: lanes,
        blocking: BLOCKING,
        switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
    };
    let able = model.capacity(&setup).min(lanes);
    let work = Arc::new(Work::of(setup, able));
    let mut running = ManuallyDrop::new(model.start(&work).map_err(|error| error.to_string())?);
    running.connect().map_err(|error| error.to_string())?;
    Ok(running)
}

fn one(running: &mut dyn Running, workload: &Workload, index: u64) -> Answer {
    let tasks = Tasks {
        seed: workload.seed,
        first: index,
        count: 1,
    };
    let record = Recorder::new(tasks);
    running
        .run(tasks, &record)
        .and_then(|()| record.finish())
        .map_err(|error| error.to_string())?
        .tasks
        .first()
        .copied()
        .ok_or_else(|| format!("task {index}: it was not recorded"))
}
