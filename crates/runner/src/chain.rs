//! Closed loop with a unit per task: each unit does one task and then starts the next unit, so that
//! the number of tasks in flight stays constant without a semaphore.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use workloads::{Error as WorkError, Io, Lane, Task, TaskBody, TaskQueue, Work, monotonic_ns};

use crate::executor::Executor;
use crate::recorder::Recorder;
use crate::waiting::{Follows, Waiting};

/// A lane that comes back when there are no more tasks, or the error that ended a unit.
pub(crate) type Ended<I, B> = workloads::Result<Box<Lane<I, B>>>;

/// A phase of a closed loop.
pub(crate) struct Chain<E: Executor, B: TaskBody> {
    pub(crate) executor: E,
    pub(crate) work: Arc<Work<B>>,
    pub(crate) queue: Arc<TaskQueue>,
    pub(crate) record: Recorder,
}

/// What every unit of a phase shares.
struct Links<I: Io, E: Executor, B: TaskBody> {
    chain: Chain<E, B>,
    ended: Sender<Ended<I, B>>,
}

impl<E: Executor, B: TaskBody> Chain<E, B> {
    /// Starts a unit for every lane; each lane comes back when there are no more tasks.
    pub(crate) fn start<I: Io>(self, lanes: Vec<Box<Lane<I, B>>>) -> Receiver<Ended<I, B>> {
        let (ended, results) = async_channel::unbounded();
        let links = Arc::new(Links { chain: self, ended });
        for lane in lanes {
            Arc::clone(&links).next(lane, monotonic_ns());
        }
        results
    }
}

impl<I: Io, E: Executor, B: TaskBody> Links<I, E, B> {
    /// Starts a unit for the next task. `start` is when the lane became free: the cost of starting
    /// a unit is part of the latency of its task.
    fn next(self: Arc<Self>, mut lane: Box<Lane<I, B>>, start: u64) {
        let Some(task) = self.chain.queue.take() else {
            return self.end(Ok(lane));
        };
        let links = Arc::clone(&self);
        // Two kinds of future, because one would have room for connections and calls that block in
        // every task that sleeps.
        let started = if B::BUILT_IN && self.chain.work.only_waits() {
            lane.begin(&task, start);
            self.chain.executor.spawn(Waiting::new(links, lane.wait()))
        } else {
            lane.hand_over(&task);
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
        mut lane: Box<Lane<I, B>>,
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

    fn done(self: Arc<Self>, lane: Box<Lane<I, B>>, task: &Task, start: u64, digest: u64) {
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

    fn end(&self, result: Ended<I, B>) {
        if result.is_err() {
            self.chain.queue.close();
        }
        // The receiver is gone once the first error has been taken; the other lanes may then be
        // lost.
        let _ = self.ended.try_send(result);
    }
}

impl<I: Io, E: Executor, B: TaskBody> Follows<(Box<Lane<I, B>>, u64)> for Links<I, E, B> {
    fn follow(self: Arc<Self>, outcome: workloads::Result<(Box<Lane<I, B>>, u64)>) {
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

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::task::{Context, Poll};

    use protocol::{Endpoints, Setup};
    use workloads::blocking::{BlockingIo, run_ready};
    use workloads::{Address, Tasks, sleep_while};

    use super::*;
    use crate::executor::Driver;

    /// A sleep that is over at once, as large as one of tokio.
    #[derive(Default)]
    struct Sleep {
        _timer: [u64; 14],
    }

    impl Future for Sleep {
        type Output = ();

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            Poll::Ready(())
        }
    }

    #[derive(Clone)]
    struct Sleeps;

    impl Io for Sleeps {
        type Stream = <BlockingIo as Io>::Stream;

        async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
            BlockingIo.connect(to).await
        }

        fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
            Sleep::default()
        }

        fn sleep_while(
            &self,
            first: Duration,
            rest: impl FnMut() -> Option<Duration> + Send,
        ) -> impl Future<Output = ()> + Send {
            sleep_while(|_| Sleep::default(), first, rest)
        }

        async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
            call()
        }

        async fn yield_now(&self) {}
    }

    /// Carries out units at once, and keeps the size of the last.
    #[derive(Clone, Default)]
    struct AtOnce(Arc<AtomicUsize>);

    impl Executor for AtOnce {
        fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
            self.0.store(size_of_val(&unit), Relaxed);
            run_ready(unit);
            Ok(())
        }

        fn drive(&self, driver: Driver) {
            run_ready(driver);
        }
    }

    #[test]
    fn a_task_that_waits_holds_a_sleep_and_at_most_64_bytes() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 3\nin_flight = 1\nseed = 1\n\
            [[step]]\nwait = { duration = \"1ms\" }\n[[step]]\nwait = { duration = \"2ms\" }\n";
        let setup = Setup {
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            endpoints: Endpoints::default(),
            workers: 1,
            in_flight: 1,
            blocking: 1,
            switch_interval_us: 5000,
        };
        let work = Arc::new(Work::new(setup, 1));
        let mut lane = run_ready(Lane::open(Sleeps, &work)).unwrap();
        let digests: Vec<u64> = (0..3)
            .map(|index| run_ready(lane.run(&Task::new(1, index))).unwrap())
            .collect();
        let tasks = Tasks {
            seed: 1,
            first: 0,
            count: 3,
        };
        let (executor, record) = (AtOnce::default(), Recorder::new(tasks));
        let chain = Chain {
            executor: executor.clone(),
            work,
            queue: Arc::new(tasks.queue()),
            record: record.clone(),
        };
        let ended = chain.start(vec![Box::new(lane)]);
        assert!(ended.try_recv().unwrap().is_ok());
        // The short way does the same work as the one that knows all steps.
        assert_eq!(record.finish().unwrap().tasks, digests);
        // Allocated for every task: its unit, and the lane.
        let held = executor.0.load(Relaxed) + size_of::<Lane<Sleeps>>();
        assert_eq!(held, size_of::<Sleep>() + 64);
    }
}
