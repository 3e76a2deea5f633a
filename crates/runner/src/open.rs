//! Open loops: what happens between an arrival and a free lane. [`pull_arrivals`] for drivers that
//! wait for work; [`SpawnArrivals`] for models whose every task is a unit. An arrival that finds
//! no free lane waits, and its latency counts that wait.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use async_channel::{Receiver, Sender};
use workloads::{Error as WorkError, Io, Lane, monotonic_ns};

use crate::drive::Executor;
use crate::model::Result;
use crate::pacing::{Arrival, Arrivals};
use crate::recorder::Recorder;

/// Arrivals that drivers wait for, as threads wait for work.
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
    /// A queue that these arrivals begin to fill.
    ///
    /// # Errors
    /// When the pacing thread cannot be started.
    pub fn filled_by(arrivals: &Arrivals) -> Result<Arc<Self>> {
        let queue = Arc::new(Self::default());
        let paced = Arc::clone(&queue);
        arrivals.begin(move |arrival| paced.hand_over(arrival))?;
        Ok(queue)
    }

    /// Adds an arrival, or with `None` the end of them. `false` when the queue is closed already.
    pub fn hand_over(&self, arrival: Option<Arrival>) -> bool {
        let mut state = lock(&self.state);
        match arrival {
            _ if state.closed => return false,
            Some(arrival) => {
                state.arrivals.push_back(arrival);
                self.changed.notify_one();
            }
            None => {
                state.closed = true;
                self.changed.notify_all();
            }
        }
        true
    }

    /// Waits for the next arrival; `None` when there will be no more.
    #[must_use]
    pub fn take(&self) -> Option<Arrival> {
        let state = lock(&self.state);
        let wait = |state: &mut Waiting| state.arrivals.is_empty() && !state.closed;
        let waited = self.changed.wait_while(state, wait);
        waited
            .unwrap_or_else(PoisonError::into_inner)
            .arrivals
            .pop_front()
    }

    /// Gives up: no more arrivals, and those that wait are dropped.
    pub fn give_up(&self) {
        lock(&self.state).arrivals.clear();
        self.hand_over(None);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes arrivals until there are no more; waiting for one is a call that blocks.
///
/// # Errors
/// The first error of a task; the queue is given up for everybody.
pub async fn pull_arrivals<I: Io>(
    lane: &mut Lane<I>,
    queue: &Arc<ArrivalQueue>,
    record: &Recorder,
) -> workloads::Result<()> {
    loop {
        let waited = Arc::clone(queue);
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

/// Units started by arrivals: one that finds a free lane starts a unit, one that finds none waits
/// for the unit that ends next, which starts it.
pub(crate) struct SpawnArrivals<I: Io, E: Executor> {
    executor: E,
    record: Recorder,
    backlog: Mutex<Backlog<I>>,
    ended: Sender<workloads::Result<Lane<I>>>,
}

struct Backlog<I: Io> {
    idle: Vec<Lane<I>>,
    waiting: VecDeque<Arrival>,
    closed: bool,
}

impl<I: Io, E: Executor> SpawnArrivals<I, E> {
    /// With all lanes idle; each comes back when there are no more arrivals.
    pub(crate) fn new(
        executor: E,
        record: Recorder,
        idle: Vec<Lane<I>>,
    ) -> (Arc<Self>, Receiver<workloads::Result<Lane<I>>>) {
        let (ended, results) = async_channel::unbounded();
        let backlog = Mutex::new(Backlog {
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

    /// Takes an arrival, or with `None` the end of them. `false` when an error has ended the run.
    pub(crate) fn hand_over(self: &Arc<Self>, arrival: Option<Arrival>) -> bool {
        let mut backlog = lock(&self.backlog);
        let Some(arrival) = arrival else {
            self.close(&mut backlog);
            return false;
        };
        if backlog.closed {
            return false;
        }
        match backlog.idle.pop() {
            Some(lane) => {
                drop(backlog);
                self.start(lane, arrival);
            }
            None => backlog.waiting.push_back(arrival),
        }
        true
    }

    fn close(&self, backlog: &mut Backlog<I>) {
        backlog.closed = true;
        for lane in backlog.idle.drain(..) {
            // Nobody listens any more once the first error was taken.
            let _ = self.ended.try_send(Ok(lane));
        }
    }

    fn start(self: &Arc<Self>, lane: Lane<I>, arrival: Arrival) {
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
        mut lane: Lane<I>,
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

    fn free(self: &Arc<Self>, lane: Lane<I>) {
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
