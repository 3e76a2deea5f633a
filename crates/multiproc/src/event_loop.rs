//! A worker with many lanes on the event loop of one thread. A driver per lane takes task after
//! task; the results of one turn of the loop go back to the parent as one message.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use async_channel::{Receiver, Sender, bounded, unbounded};
use async_executor::LocalExecutor;
use futures_lite::future;
use ipc_channel::ipc::{IpcReceiver, IpcSender};
use runner::open_lanes;
use workloads::{Error, Lane, Shared, Task, TaskBody, Work, monotonic_ns};

use crate::io::EventLoopIo;
use crate::message::{Order, Record, Reply};
use crate::report::{arrived, begin_trace, done, report, write_trace};
use crate::sending;

/// Carries out orders until they end.
pub(crate) fn run<B: TaskBody>(
    work: &Arc<Work<B>>,
    orders: IpcReceiver<Order>,
    replies: &IpcSender<Reply>,
) -> workloads::Result<()> {
    let incoming = forward(orders)?;
    let executor = LocalExecutor::new();
    async_io::block_on(executor.run(async {
        let lanes = open_lanes(EventLoopIo, Arc::clone(work)).await?;
        sending::reply(replies, Reply::Opened)?;
        let (tasks, queue) = unbounded();
        let finished = Rc::new(Finished::new());
        let (failed, failure) = bounded(1);
        for lane in lanes {
            let driver = Driver {
                lane,
                queue: queue.clone(),
                finished: Rc::clone(&finished),
            };
            executor.spawn(driver.run(Failed(failed.clone()))).detach();
        }
        executor
            .spawn(Rc::clone(&finished).send_to(replies.clone(), Failed(failed)))
            .detach();
        // A task that fails ends the worker at once, even if no order comes any more.
        future::or(obey(work, &incoming, &tasks, replies), async {
            failure.recv().await.map_or(Ok(()), Err)
        })
        .await
    }))
}

/// Moves orders to the event loop, by a thread that blocks on their channel.
pub(crate) fn forward(orders: IpcReceiver<Order>) -> workloads::Result<Receiver<Order>> {
    let (sender, receiver) = unbounded();
    // ipc-channel can only block, and the event loop must not: hence a thread that does nothing
    // else.
    std::thread::Builder::new()
        .spawn(move || {
            while let Ok(order) = orders.recv() {
                if sender.send_blocking(order).is_err() {
                    break;
                }
            }
        })
        .map_err(Error::Spawn)?;
    Ok(receiver)
}

/// Gives the tasks of every order to the drivers.
async fn obey(
    work: &Shared,
    orders: &Receiver<Order>,
    tasks: &Sender<Sent>,
    replies: &IpcSender<Reply>,
) -> workloads::Result<()> {
    let seed = work.setup.workload.seed;
    while let Ok(order) = orders.recv().await {
        match order {
            Order::Tasks { first, count } => {
                for index in first..first + count {
                    // Sending cannot fail: the drivers hold the other end for as long as this runs.
                    let _ = tasks.try_send((Task::new(seed, index), None));
                }
            }
            Order::Arrival { index, intended_ns } => {
                let _ = tasks.try_send((Task::new(seed, index), Some(intended_ns)));
            }
            Order::Report => {
                sending::reply(replies, Reply::Report(report(work)))?;
            }
            Order::BeginTrace => {
                sending::reply(replies, begin_trace())?;
            }
            Order::WriteTrace { file, name } => {
                sending::reply(replies, write_trace(&file, &name)?)?;
            }
            Order::Open { .. } | Order::Answer { .. } => {
                return Err(Error::Model("asked to begin twice".to_owned()));
            }
        }
    }
    Ok(())
}

/// A task, and in an open loop its intended start in nanoseconds of `CLOCK_MONOTONIC`.
type Sent = (Task, Option<u64>);

/// A lane, the queue of its tasks, and the place for its results.
struct Driver<B: TaskBody> {
    lane: Box<Lane<EventLoopIo, B>>,
    queue: Receiver<Sent>,
    finished: Rc<Finished>,
}

impl<B: TaskBody> Driver<B> {
    async fn run(mut self, failed: Failed) {
        while let Ok((task, intended)) = self.queue.recv().await {
            let start = Instant::now();
            let arrival = intended.map(|intended_ns| (intended_ns, monotonic_ns()));
            let digest = match self.lane.run(&task).await {
                Ok(digest) => digest,
                Err(error) => return failed.report(error),
            };
            self.finished.push(match arrival {
                Some((intended_ns, started_ns)) => {
                    arrived(task.index, intended_ns, started_ns, digest)
                }
                None => done(task.index, start, Instant::now(), digest),
            });
            if self.lane.is_warm_up(&task) {
                // Every lane must be warmed up. The drivers that wait already take the tasks that
                // remain.
                future::yield_now().await;
            }
        }
    }
}

/// Where a task of the event loop reports the error that ends the worker. Nobody awaits these tasks, so
/// one that panics reports that too, when it drops this.
#[derive(Clone)]
pub(crate) struct Failed(pub(crate) Sender<Error>);

impl Failed {
    pub(crate) fn report(&self, error: Error) {
        // The worker reports one error. Later ones find the channel full.
        let _ = self.0.try_send(error);
    }
}

impl Drop for Failed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.report(Error::Model("a task of the event loop panicked".to_owned()));
        }
    }
}

/// Results that have not been sent yet, and the wake-up of whoever sends them.
struct Finished {
    records: RefCell<Vec<Record>>,
    wake: Sender<()>,
    woken: Receiver<()>,
}

impl Finished {
    fn new() -> Self {
        let (wake, woken) = bounded(1);
        Self {
            records: RefCell::default(),
            wake,
            woken,
        }
    }

    fn push(&self, record: Record) {
        self.records.borrow_mut().push(record);
        // A full channel is a wake-up already under way.
        let _ = self.wake.try_send(());
    }

    /// Sends results until the parent is gone, or one cannot be sent.
    async fn send_to(self: Rc<Self>, replies: IpcSender<Reply>, failed: Failed) {
        while self.woken.recv().await.is_ok() {
            // The first result wakes this. Everything else that is ready runs first, so that its
            // results share the message.
            future::yield_now().await;
            let records = self.records.take();
            if records.is_empty() {
                continue;
            }
            match sending::reply(&replies, Reply::Done(records)) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return failed.report(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_panics_is_reported_although_others_go_on() {
        let (failed, failure) = bounded(1);
        let executor = LocalExecutor::new();
        let _others = failed.clone();
        let reporting = Failed(failed);
        executor
            .spawn(async move {
                future::yield_now().await;
                assert!(reporting.0.is_closed(), "a panic of this test");
            })
            .detach();
        let error = future::block_on(executor.run(failure.recv())).unwrap();
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}
