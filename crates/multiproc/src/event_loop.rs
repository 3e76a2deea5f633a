//! A worker with many lanes on the event loop of one thread. A driver per lane takes task after
//! task; the results of one turn of the loop go back to the parent as one message; where tasks compute for longer than a
//! millisecond, with each task that ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
        let finished = Rc::new(Finished::new(replies.clone()));
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
            .spawn(Rc::clone(&finished).send_all(Failed(failed)))
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
            let end = Instant::now();
            let record = match arrival {
                Some((intended_ns, started_ns)) => {
                    arrived(task.index, intended_ns, started_ns, digest)
                }
                None => done(task.index, start, end, digest),
            };
            if let Err(error) = self.finished.push(record, end) {
                return failed.report(error);
            }
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

/// Where a task ends this long after the first whose result has not been sent, all results are sent at once. Tasks that only compute let nothing else run: without
/// it a process would answer all that it was sent at once, and be given all that remains while another one has nothing to do.
const LONGEST_HELD: Duration = Duration::from_millis(1);

/// Results that have not been sent yet, and the wake-up of whoever sends them.
struct Finished {
    records: RefCell<Vec<Record>>,
    /// When the first of these was done; `None` where there are none.
    oldest: Cell<Option<Instant>>,
    replies: IpcSender<Reply>,
    wake: Sender<()>,
    woken: Receiver<()>,
}

impl Finished {
    fn new(replies: IpcSender<Reply>) -> Self {
        let (wake, woken) = bounded(1);
        Self {
            records: RefCell::default(),
            oldest: Cell::default(),
            replies,
            wake,
            woken,
        }
    }

    /// Takes a result of a task that ended at this time.
    fn push(&self, record: Record, end: Instant) -> workloads::Result<()> {
        self.records.borrow_mut().push(record);
        let oldest = self.oldest.get().unwrap_or(end);
        self.oldest.set(Some(oldest));
        if end - oldest >= LONGEST_HELD {
            return self.send().map(drop);
        }
        // A full channel is a wake-up already under way.
        let _ = self.wake.try_send(());
        Ok(())
    }

    /// Sends all results; `false` where the parent is gone.
    fn send(&self) -> workloads::Result<bool> {
        self.oldest.set(None);
        let records = self.records.take();
        if records.is_empty() {
            return Ok(true);
        }
        sending::reply(&self.replies, Reply::Done(records))
    }

    /// Sends results until the parent is gone, or one cannot be sent.
    async fn send_all(self: Rc<Self>, failed: Failed) {
        while self.woken.recv().await.is_ok() {
            // The first result wakes this. Everything else that is ready runs first, so that its
            // results share the message.
            future::yield_now().await;
            match self.send() {
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
    fn results_are_sent_at_once_where_the_first_has_waited_for_long() {
        let (replies, answers) = ipc_channel::ipc::channel().unwrap();
        let finished = Finished::new(replies);
        let start = Instant::now();
        let record = |index| done(index, start, start, 0);
        let sent = || match answers.try_recv() {
            Ok(Reply::Done(records)) => records.len(),
            _ => 0,
        };
        let ends = [0, 999, 1000, 1001, 2000].map(Duration::from_micros);
        let told = (0..).zip(ends).map(|(index, after)| {
            finished.push(record(index), start + after).unwrap();
            sent()
        });
        assert_eq!(told.collect::<Vec<_>>(), [0, 0, 3, 0, 0]);
        // The wake-up that is under way sends the others.
        assert!(finished.woken.try_recv().is_ok());
        assert!(finished.send().unwrap() && sent() == 2);
        assert!(finished.send().unwrap() && sent() == 0);
    }

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
