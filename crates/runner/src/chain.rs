//! Closed loop with a unit per task: each unit does one task and then starts the next unit, so that
//! the number of tasks in flight stays constant without a semaphore.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use async_channel::{Receiver, Sender};
use workloads::{Error as WorkError, Io, Lane, Task, TaskQueue};

use crate::executor::Executor;
use crate::recorder::Recorder;

/// What every unit of a phase shares.
pub(crate) struct Chain<I: Io, E: Executor> {
    executor: E,
    queue: TaskQueue,
    record: Recorder,
    ended: Sender<workloads::Result<Lane<I>>>,
}

impl<I: Io, E: Executor> Chain<I, E> {
    /// Starts a unit for every lane; each lane comes back when there are no more tasks.
    pub(crate) fn start(
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

    /// Starts a unit for the next task. `start` is when the lane became free: the cost of starting
    /// a unit is part of the latency of its task.
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
                    if lane.is_warm_up(&task) {
                        // Every lane must be warmed up, so none may take a second warm-up task.
                        self.end(Ok(lane));
                    } else {
                        self.next(lane, end);
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
        // The receiver is gone once the first error has been taken; the other lanes may then be
        // lost.
        let _ = self.ended.try_send(result);
    }
}
