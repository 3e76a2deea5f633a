//! Closed loop with a unit per task: each unit does one task and then starts the next unit, so that
//! the number of tasks in flight stays constant without a semaphore.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use workloads::{Error as WorkError, Io, Lane, Task, TaskQueue, Work, monotonic_ns};

use crate::executor::Executor;
use crate::recorder::Recorder;
use crate::waiting::{Follows, Waiting};

/// A lane that comes back when there are no more tasks, or the error that ended a unit.
pub(crate) type Ended<I> = workloads::Result<Box<Lane<I>>>;

/// A phase of a closed loop.
pub(crate) struct Chain<E: Executor> {
    pub(crate) executor: E,
    pub(crate) work: Arc<Work>,
    pub(crate) queue: TaskQueue,
    pub(crate) record: Recorder,
}

/// What every unit of a phase shares.
struct Links<I: Io, E: Executor> {
    chain: Chain<E>,
    ended: Sender<Ended<I>>,
}

impl<E: Executor> Chain<E> {
    /// Starts a unit for every lane; each lane comes back when there are no more tasks.
    pub(crate) fn start<I: Io>(self, lanes: Vec<Box<Lane<I>>>) -> Receiver<Ended<I>> {
        let (ended, results) = async_channel::unbounded();
        let links = Arc::new(Links { chain: self, ended });
        for lane in lanes {
            Arc::clone(&links).next(lane, monotonic_ns());
        }
        results
    }
}

impl<I: Io, E: Executor> Links<I, E> {
    /// Starts a unit for the next task. `start` is when the lane became free: the cost of starting
    /// a unit is part of the latency of its task.
    fn next(self: Arc<Self>, mut lane: Box<Lane<I>>, start: u64) {
        let Some(task) = self.chain.queue.take() else {
            return self.end(Ok(lane));
        };
        let links = Arc::clone(&self);
        // Two kinds of future, because one would have room for connections and calls that block in
        // every task that sleeps.
        let started = if self.chain.work.only_waits() {
            lane.begin(&task, start);
            self.chain.executor.spawn(Waiting::new(links, lane.wait()))
        } else {
            self.chain.executor.spawn(links.unit(lane, task, start))
        };
        if let Err(error) = started {
            self.end(Err(WorkError::Spawn(error)));
        }
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn keeps its arguments twice in every unit"
    )]
    fn unit(
        self: Arc<Self>,
        mut lane: Box<Lane<I>>,
        task: Task,
        start: u64,
    ) -> impl Future<Output = ()> + Send {
        async move {
            match lane.run(&task).await {
                Ok(digest) => self.done(lane, &task, start, digest),
                Err(error) => self.end(Err(error)),
            }
        }
    }

    fn done(self: Arc<Self>, lane: Box<Lane<I>>, task: &Task, start: u64, digest: u64) {
        let end = monotonic_ns();
        let latency = Duration::from_nanos(end.saturating_sub(start));
        self.chain.record.record(task, latency, digest);
        if lane.is_warm_up(task) {
            // Every lane must be warmed up, so none may take a second warm-up task.
            self.end(Ok(lane));
        } else {
            self.next(lane, end);
        }
    }

    fn end(&self, result: Ended<I>) {
        if result.is_err() {
            self.chain.queue.close();
        }
        // The receiver is gone once the first error has been taken; the other lanes may then be
        // lost.
        let _ = self.ended.try_send(result);
    }
}

impl<I: Io, E: Executor> Follows<(Box<Lane<I>>, u64)> for Links<I, E> {
    fn follow(self: Arc<Self>, outcome: workloads::Result<(Box<Lane<I>>, u64)>) {
        match outcome {
            Ok((lane, digest)) => {
                let (task, start) = lane.begun();
                self.done(lane, &task, start, digest);
            }
            Err(error) => {
                // The lane is lost, and other lanes may wait for it.
                self.chain.work.abandon();
                self.end(Err(error));
            }
        }
    }
}
