//! The two ways of driving lanes in an open loop. [`pull_arrivals`]: drivers wait for work at a
//! queue. [`SpawnArrivals`]: every task is a unit of its own. An arrival that finds no free lane
//! waits, and the wait is part of its latency.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use async_channel::{Receiver, Sender};
use workloads::{Error as WorkError, Io, Lane, TaskBody, monotonic_ns};

use crate::arrival::Arrival;
use crate::chain::Ended;
use crate::error::Result;
use crate::executor::Executor;
use crate::pacing::Arrivals;
use crate::recorder::Recorder;

/// A blocking queue of arrivals between the pacing thread and the drivers.
#[derive(Debug, Default)]
pub struct ArrivalQueue {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    arrivals: VecDeque<Arrival>,
    closed: bool,
}

impl ArrivalQueue {
    /// A queue that these arrivals fill from now on.
    ///
    /// # Errors
    /// When the pacing thread cannot be started.
    pub fn filled_by(arrivals: &Arrivals) -> Result<Arc<Self>> {
        let queue = Arc::new(Self::default());
        let paced = Arc::clone(&queue);
        arrivals.begin(move |arrival| paced.hand_over(arrival))?;
        Ok(queue)
    }

    /// Adds an arrival, or with `None` closes the queue. `false` when it is closed already.
    pub fn hand_over(&self, arrival: Option<Arrival>) -> bool {
        let mut state = lock(&self.state);
        if state.closed {
            return false;
        }
        if let Some(arrival) = arrival {
            state.arrivals.push_back(arrival);
            self.changed.notify_one();
        } else {
            state.closed = true;
            self.changed.notify_all();
        }
        true
    }

    /// Blocks until the next arrival; `None` when there will be no more.
    #[must_use]
    pub fn take(&self) -> Option<Arrival> {
        self.changed
            .wait_while(lock(&self.state), |state| {
                state.arrivals.is_empty() && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner)
            .arrivals
            .pop_front()
    }

    /// Closes the queue after an error, and drops the arrivals that wait in it.
    pub fn give_up(&self) {
        lock(&self.state).arrivals.clear();
        self.hand_over(None);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock is used all the same. The panic is reported where the driver's answer is
    // missing; a second panic here would only hide which driver it was.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes arrivals until there are no more.
///
/// # Errors
/// The first error of a task; the queue is closed for all drivers.
pub async fn pull_arrivals<I: Io, B: TaskBody>(
    lane: &mut Lane<I, B>,
    queue: &Arc<ArrivalQueue>,
    record: &Recorder,
) -> workloads::Result<()> {
    loop {
        let waited = Arc::clone(queue);
        // Waiting for an arrival blocks, so it must not happen on a thread that other lanes need.
        let Some(arrival) = lane.unblock(move || waited.take()).await else {
            return Ok(());
        };
        let started_ns = monotonic_ns();
        let digest = lane
            .run(&arrival.task)
            .await
            .inspect_err(|_| queue.give_up())?;
        record.record_arrival(&arrival, started_ns, monotonic_ns(), digest);
    }
}

/// Units started by arrivals. An arrival that finds an idle lane starts a unit at once; one that
/// finds none is queued, and the next unit to end starts it.
pub(crate) struct SpawnArrivals<I: Io, E: Executor, B: TaskBody> {
    executor: E,
    record: Recorder,
    backlog: Mutex<Backlog<I, B>>,
    ended: Sender<Ended<I, B>>,
}

/// Either lanes are idle or arrivals are waiting, never both.
struct Backlog<I: Io, B: TaskBody> {
    idle: Vec<Box<Lane<I, B>>>,
    /// How many lanes there are, idle or not.
    lanes: usize,
    waiting: VecDeque<Arrival>,
    closed: bool,
}

impl<I: Io, E: Executor, B: TaskBody> SpawnArrivals<I, E, B> {
    /// Starts with all lanes idle; each comes back when there are no more arrivals.
    pub(crate) fn new(
        executor: E,
        record: Recorder,
        idle: Vec<Box<Lane<I, B>>>,
    ) -> (Arc<Self>, Receiver<Ended<I, B>>) {
        let (ended, results) = async_channel::unbounded();
        let backlog = Mutex::new(Backlog {
            lanes: idle.len(),
            idle,
            waiting: VecDeque::new(),
            closed: false,
        });
        (
            Arc::new(Self {
                executor,
                record,
                backlog,
                ended,
            }),
            results,
        )
    }

    /// Takes an arrival, or with `None` the end of them. `false` when no more are wanted.
    pub(crate) fn hand_over(self: &Arc<Self>, arrival: Option<Arrival>) -> bool {
        let mut backlog = lock(&self.backlog);
        let Some(arrival) = arrival else {
            self.close(&mut backlog);
            return false;
        };
        if backlog.closed {
            return false;
        }
        if let Some(lane) = backlog.idle.pop() {
            // Starting a unit may block or fail, and a failure takes the lock again.
            drop(backlog);
            self.start(lane, arrival);
        } else {
            backlog.waiting.push_back(arrival);
        }
        true
    }

    /// How many tasks have arrived and are not done.
    pub(crate) fn under_way(&self) -> usize {
        let backlog = lock(&self.backlog);
        backlog.lanes - backlog.idle.len() + backlog.waiting.len()
    }

    fn close(&self, backlog: &mut Backlog<I, B>) {
        backlog.closed = true;
        for lane in backlog.idle.drain(..) {
            // The receiver is gone once the first error has been taken.
            let _ = self.ended.try_send(Ok(lane));
        }
    }

    fn start(self: &Arc<Self>, lane: Box<Lane<I, B>>, arrival: Arrival) {
        lane.hand_over(&arrival.task);
        if let Err(error) = self.executor.spawn(Arc::clone(self).unit(lane, arrival)) {
            self.fail(WorkError::Spawn(error));
        }
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn keeps its arguments twice in every unit"
    )]
    fn unit(
        self: Arc<Self>,
        mut lane: Box<Lane<I, B>>,
        arrival: Arrival,
    ) -> impl Future<Output = ()> + Send {
        async move {
            let started_ns = monotonic_ns();
            match lane.run(&arrival.task).await {
                Ok(digest) => {
                    self.record
                        .record_arrival(&arrival, started_ns, monotonic_ns(), digest);
                    self.free(lane);
                }
                Err(error) => self.fail(error),
            }
        }
    }

    /// Gives a lane that has become free to whoever waits.
    fn free(self: &Arc<Self>, lane: Box<Lane<I, B>>) {
        let mut backlog = lock(&self.backlog);
        if let Some(arrival) = backlog.waiting.pop_front() {
            drop(backlog);
            self.start(lane, arrival);
        } else if backlog.closed {
            let _ = self.ended.try_send(Ok(lane));
        } else {
            backlog.idle.push(lane);
        }
    }

    fn fail(&self, error: WorkError) {
        let mut backlog = lock(&self.backlog);
        backlog.waiting.clear();
        self.close(&mut backlog);
        let _ = self.ended.try_send(Err(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workloads::Task;

    #[test]
    fn a_queue_gives_out_what_came_before_its_end() {
        let queue = ArrivalQueue::default();
        let arrival = Arrival {
            task: Task::new(1, 0),
            intended_ns: 5,
        };
        assert!(queue.hand_over(Some(arrival)));
        assert!(queue.hand_over(None));
        assert_eq!(queue.take(), Some(arrival));
        assert_eq!(queue.take(), None);
        assert!(
            !queue.hand_over(Some(arrival)),
            "a closed queue takes nothing"
        );
    }
}
