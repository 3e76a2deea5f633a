//! The two ways of driving lanes in a closed loop. [`pull`]: a driver per lane takes task after
//! task (the `pool` variants). [`SpawnEach`]: every task is a unit of its own (thread, async task,
//! job).

use std::sync::Arc;
use std::time::Instant;

use async_channel::Receiver;
use protocol::Coordination;
use workloads::{Error as WorkError, Io, Lane, Steps, TaskBody, TaskQueue, Tasks, Work};

use crate::chain::{Chain, Ended};
use crate::coordination::{Primitives, coordinate};
use crate::error::Result;
use crate::executor::Executor;
use crate::meters::Usage;
use crate::model::{Counts, Knobs, Running};
use crate::open::SpawnArrivals;
use crate::pacing::Arrivals;
use crate::recorder::Recorder;

/// Opens the lanes of this process, one after the other.
///
/// # Errors
/// When an endpoint cannot be reached.
pub async fn open_lanes<I: Io, B: TaskBody>(
    io: I,
    work: Arc<Work<B>>,
) -> workloads::Result<Vec<Box<Lane<I, B>>>> {
    let count = work.lanes;
    open_some(io, work, count).await
}

/// Opens some of the lanes of this process, one after the other.
pub(crate) async fn open_some<I: Io, B: TaskBody>(
    io: I,
    work: Arc<Work<B>>,
    count: u64,
) -> workloads::Result<Vec<Box<Lane<I, B>>>> {
    let mut lanes = Vec::new();
    for _ in 0..count {
        lanes.push(Box::new(Lane::open(io.clone(), &work).await?));
    }
    Ok(lanes)
}

/// Takes task after task until there are none.
///
/// # Errors
/// The first error of a task; the queue is closed for all drivers.
pub async fn pull<I: Io, B: TaskBody>(
    lane: &mut Lane<I, B>,
    queue: &TaskQueue,
    record: &Recorder,
) -> workloads::Result<()> {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        let digest = lane.run(&task).await.inspect_err(|_| queue.close())?;
        let end = Instant::now();
        record.record(&task, end - start, digest);
        // The end of one task is the start of the next: one clock reading a task instead of two,
        // and the time between two tasks is counted rather than lost.
        start = end;
        if lane.is_warm_up(&task) {
            // Every lane must be warmed up, so none may take a second warm-up task.
            break;
        }
    }
    Ok(())
}

/// A running model in which every task is a unit of its own.
pub struct SpawnEach<I: Io, E: Executor, B: TaskBody = Steps> {
    io: I,
    executor: E,
    work: Arc<Work<B>>,
    knobs: Knobs,
    lanes: Vec<Box<Lane<I, B>>>,
}

impl<I: Io, E: Executor, B: TaskBody> SpawnEach<I, E, B> {
    /// A model whose tasks use `io` and are started by `executor`.
    pub fn new(io: I, executor: E, work: &Arc<Work<B>>, knobs: Knobs) -> Self {
        Self {
            io,
            executor,
            work: Arc::clone(work),
            knobs,
            lanes: Vec::new(),
        }
    }
}

impl<I: Io, E: Primitives, B: TaskBody> Running for SpawnEach<I, E, B> {
    fn knobs(&self) -> Knobs {
        self.knobs.clone()
    }

    fn connect(&mut self) -> Result<()> {
        let opening = open_lanes(self.io.clone(), Arc::clone(&self.work));
        self.lanes = self.executor.block_on(opening)?;
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let lanes = std::mem::take(&mut self.lanes);
        let chain = Chain {
            executor: self.executor.clone(),
            work: Arc::clone(&self.work),
            queue: Arc::new(tasks.queue()),
            record: record.clone(),
        };
        // The first units are started from within the executor: from outside, each spawn would go
        // through its injection queue and wake a worker thread.
        self.lanes = self.executor.block_on(async move {
            let count = lanes.len();
            let ended = chain.start(lanes);
            collect(&ended, count).await
        })?;
        Ok(())
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let lanes = std::mem::take(&mut self.lanes);
        let count = lanes.len();
        let (units, ended) = SpawnArrivals::new(self.executor.clone(), record.clone(), lanes);
        arrivals.begin(move |arrival| units.hand_over(arrival))?;
        self.lanes = self
            .executor
            .block_on(async move { collect(&ended, count).await })?;
        Ok(())
    }

    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        coordinate(&self.io, &self.executor, &self.work, what, tasks, record)
    }

    fn counts(&mut self) -> Result<Counts> {
        Ok(self.executor.counts())
    }

    fn usage(&mut self) -> Result<Usage> {
        Ok(Usage {
            threads: self.executor.ended_threads(),
            ..Usage::default()
        })
    }
}

/// Waits for every lane to come back.
pub(crate) async fn collect<I: Io, B: TaskBody>(
    ended: &Receiver<Ended<I, B>>,
    count: usize,
) -> workloads::Result<Vec<Box<Lane<I, B>>>> {
    let mut lanes = Vec::new();
    while lanes.len() < count {
        // The channel closes when no unit holds a sender any more. If lanes are missing then, a
        // unit panicked and took its lane with it.
        let lane = ended.recv().await.map_err(|_| {
            WorkError::Model("a unit ended without a result: it panicked".to_owned())
        })?;
        // With the first that comes back, so that the memory of tasks that sleep is without it.
        lanes.reserve(count - lanes.len());
        lanes.push(lane?);
    }
    Ok(lanes)
}
