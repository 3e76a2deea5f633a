//! The two ways of driving lanes. [`pull`]: a driver per lane takes task after task (the `pool`
//! variants). [`SpawnEach`]: every task is a unit of its own (thread, task, job); one that ends
//! starts the next and hands its lane on, so that the number in flight holds without a semaphore.
//!
//! What a unit is, and where it runs, is left to the model's [`Executor`].

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use async_channel::{Receiver, Sender};
use protocol::Coordination;
use workloads::{Error as WorkError, Io, Lane, Task, TaskQueue, Tasks, Work};

use crate::coordination::{Primitives, coordinate};
use crate::meters::Usage;
use crate::model::{Counts, Knobs, Result, Running};
use crate::open::SpawnArrivals;
use crate::pacing::Arrivals;
use crate::recorder::Recorder;

/// Starts units of a model's concurrency.
pub trait Executor: Clone + Send + Sync + 'static {
    /// Starts one unit that carries out this future.
    ///
    /// # Errors
    /// When the system refuses another one.
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()>;

    /// Carries out a future to its end where spawning from it is cheapest.
    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T;

    /// Lets others have what only one unit may hold at a time (an interpreter lock), if they have
    /// asked for it. To be called by units that compute and await nothing.
    fn check(&self) {}

    /// Threads that units consisted of and that have ended.
    fn ended_threads(&self) -> u64 {
        0
    }

    /// What is counted besides, since the start.
    fn counts(&self) -> Counts {
        Counts::new()
    }
}

/// Opens the lanes of this process, one after the other.
///
/// # Errors
/// When an endpoint cannot be reached.
pub async fn open_lanes<I: Io>(io: I, work: Arc<Work>) -> workloads::Result<Vec<Lane<I>>> {
    let mut lanes = Vec::new();
    for _ in 0..work.lanes {
        lanes.push(Lane::open(io.clone(), &work).await?);
    }
    Ok(lanes)
}

/// Takes tasks until there are none; one clock reading a task.
///
/// # Errors
/// The first error of a task; the queue is closed for everybody.
pub async fn pull<I: Io>(
    lane: &mut Lane<I>,
    queue: &TaskQueue,
    record: &Recorder,
) -> workloads::Result<()> {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        let digest = lane.run(&task).await.inspect_err(|_| queue.close())?;
        let end = Instant::now();
        record.record(&task, end - start, digest);
        start = end;
        if lane.is_warm_up(&task) {
            // The others are for the other lanes.
            break;
        }
    }
    Ok(())
}

/// A running model in which every task is a unit of its own.
pub struct SpawnEach<I: Io, E: Executor> {
    io: I,
    executor: E,
    work: Arc<Work>,
    knobs: Knobs,
    lanes: Vec<Lane<I>>,
}

impl<I: Io, E: Executor> SpawnEach<I, E> {
    /// Tasks over `io`, started by `executor`.
    pub fn new(io: I, executor: E, work: &Arc<Work>, knobs: Knobs) -> Self {
        Self {
            io,
            executor,
            work: Arc::clone(work),
            knobs,
            lanes: Vec::new(),
        }
    }
}

impl<I: Io, E: Primitives> Running for SpawnEach<I, E> {
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
        let queue = tasks.queue();
        let (executor, record) = (self.executor.clone(), record.clone());
        self.lanes = self.executor.block_on(async move {
            let count = lanes.len();
            let ended = Chain::start(executor, lanes, queue, record);
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

/// What units hand on from one to the next.
struct Chain<I: Io, E: Executor> {
    executor: E,
    queue: TaskQueue,
    record: Recorder,
    ended: Sender<workloads::Result<Lane<I>>>,
}

impl<I: Io, E: Executor> Chain<I, E> {
    /// Starts a unit for every lane; each lane comes back when there are no more tasks.
    fn start(
        executor: E,
        lanes: Vec<Lane<I>>,
        queue: TaskQueue,
        record: Recorder,
    ) -> Receiver<workloads::Result<Lane<I>>> {
        let (ended, results) = async_channel::unbounded();
        let chain = Arc::new(Self {
            executor,
            queue,
            record,
            ended,
        });
        for lane in lanes {
            Arc::clone(&chain).next(lane, Instant::now());
        }
        results
    }

    fn next(self: Arc<Self>, lane: Lane<I>, start: Instant) {
        let Some(task) = self.queue.take() else {
            return self.end(Ok(lane));
        };
        let chain = Arc::clone(&self);
        if let Err(error) = self.executor.spawn(chain.unit(lane, task, start)) {
            self.end(Err(WorkError::Spawn(error)));
        }
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn keeps its arguments twice in every unit"
    )]
    fn unit(
        self: Arc<Self>,
        mut lane: Lane<I>,
        task: Task,
        start: Instant,
    ) -> impl Future<Output = ()> + Send {
        async move {
            match lane.run(&task).await {
                Ok(digest) => {
                    let end = Instant::now();
                    self.record.record(&task, end - start, digest);
                    match lane.is_warm_up(&task) {
                        // The others are for the other lanes.
                        true => self.end(Ok(lane)),
                        false => self.next(lane, end),
                    }
                }
                Err(error) => self.end(Err(error)),
            }
        }
    }

    fn end(&self, result: workloads::Result<Lane<I>>) {
        if result.is_err() {
            self.queue.close();
        }
        // Nobody listens any more once the first error was taken.
        let _ = self.ended.try_send(result);
    }
}

/// Waits for every lane to come back.
async fn collect<I: Io>(
    ended: &Receiver<workloads::Result<Lane<I>>>,
    count: usize,
) -> workloads::Result<Vec<Lane<I>>> {
    let mut lanes = Vec::with_capacity(count);
    while lanes.len() < count {
        let lost = |_| WorkError::Model("a unit ended without a result: it panicked".to_owned());
        lanes.push(ended.recv().await.map_err(lost)??);
    }
    Ok(lanes)
}
