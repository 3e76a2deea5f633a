//! Lanes that are dealt out to threads, each with a runtime of its own, and stay there: a unit
//! starts the next one on its own thread, and a lane is opened, used and dropped on one thread.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;

use protocol::Coordination;
use workloads::{Error as WorkError, Io, Lane, Steps, TaskBody, Tasks, Work};

use crate::arrival::Arrival;
use crate::chain::Chain;
use crate::coordination::{Message, Primitives, coordinate};
use crate::drive::{collect, open_some};
use crate::error::{Error, Result};
use crate::executor::{Driver, Executor};
use crate::model::{Counts, Knobs, Running};
use crate::open::SpawnArrivals;
use crate::pacing::Arrivals;
use crate::recorder::Recorder;

type Lanes<I, B> = Vec<Box<Lane<I, B>>>;

/// A running model of several single-threaded runtimes.
///
/// Each executor is bound to one thread: whoever calls `spawn`, the unit runs on that thread. A
/// clone of it is only a handle, and the thread ends when the original is dropped.
pub struct Dealt<I: Io, E: Primitives, B: TaskBody = Steps> {
    io: I,
    threads: Vec<Bound<I, E, B>>,
    units: InTurn<E>,
    work: Arc<Work<B>>,
    knobs: Knobs,
}

/// A thread, and the lanes that are dealt out to it.
struct Bound<I: Io, E, B: TaskBody> {
    executor: E,
    lanes: Lanes<I, B>,
}

impl<I: Io, E: Primitives, B: TaskBody> Dealt<I, E, B> {
    /// A model whose tasks use `io`, on the threads of these executors.
    pub fn new(io: I, executors: Vec<E>, work: &Arc<Work<B>>, knobs: Knobs) -> Self {
        let units = InTurn::over(&executors);
        let threads = executors.into_iter().map(|executor| Bound {
            executor,
            lanes: Vec::new(),
        });
        Self {
            io,
            threads: threads.collect(),
            units,
            work: Arc::clone(work),
            knobs,
        }
    }

    /// Carries out one part of a phase on every thread at once; `parts` has one for each thread.
    fn on_every_thread<F>(&mut self, parts: Vec<F>) -> Result<()>
    where
        F: Future<Output = workloads::Result<Lanes<I, B>>> + Send + 'static,
    {
        let (answer, answers) = mpsc::channel();
        for (number, (thread, part)) in self.threads.iter().zip(parts).enumerate() {
            let own_answer = answer.clone();
            let unit: Driver = Box::pin(async move {
                // Nobody listens any more if the run has been abandoned.
                let _ = own_answer.send((number, part.await));
            });
            thread.executor.spawn(unit).map_err(WorkError::Spawn)?;
        }
        // With this sender alive, the wait for a thread that panicked would never end.
        drop(answer);
        for _ in 0..self.threads.len() {
            let (number, lanes) = answers.recv().map_err(|_| panicked())?;
            self.threads[number].lanes = lanes?;
        }
        Ok(())
    }

    /// Takes the lanes of every thread.
    fn take_lanes(&mut self) -> Vec<Lanes<I, B>> {
        let taken = self.threads.iter_mut();
        taken
            .map(|thread| std::mem::take(&mut thread.lanes))
            .collect()
    }
}

impl<I: Io, E: Primitives, B: TaskBody> Running for Dealt<I, E, B> {
    fn knobs(&self) -> Knobs {
        self.knobs.clone()
    }

    fn connect(&mut self) -> Result<()> {
        let parts = shares(self.work.lanes, self.threads.len())
            .map(|count| open_some(self.io.clone(), Arc::clone(&self.work), count))
            .collect();
        self.on_every_thread(parts)
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let queue = Arc::new(tasks.queue());
        let mut parts = Vec::new();
        for (thread, lanes) in self.take_lanes().into_iter().enumerate() {
            let chain = Chain {
                executor: self.threads[thread].executor.clone(),
                work: Arc::clone(&self.work),
                // One queue for all threads, so that none is idle while another has tasks left.
                queue: Arc::clone(&queue),
                record: record.clone(),
            };
            parts.push(async move {
                let count = lanes.len();
                let ended = chain.start(lanes);
                collect(&ended, count).await
            });
        }
        self.on_every_thread(parts)
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let (mut doors, mut parts) = (Vec::new(), Vec::new());
        for (thread, lanes) in self.take_lanes().into_iter().enumerate() {
            let count = lanes.len();
            let executor = self.threads[thread].executor.clone();
            let (units, ended) = SpawnArrivals::new(executor, record.clone(), lanes);
            if count > 0 {
                doors.push((units, count));
            }
            parts.push(async move { collect(&ended, count).await });
        }
        arrivals.begin(move |arrival| hand_over(&doors, arrival))?;
        self.on_every_thread(parts)
    }

    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        coordinate(&self.io, &self.units, &self.work, what, tasks, record)
    }
}

impl<I: Io, E: Primitives, B: TaskBody> Drop for Dealt<I, E, B> {
    fn drop(&mut self) {
        for thread in &mut self.threads {
            let lanes = std::mem::take(&mut thread.lanes);
            let (dropped, wait) = mpsc::channel::<()>();
            let driver: Driver = Box::pin(async move {
                drop(lanes);
                drop(dropped);
            });
            if thread.executor.spawn(driver).is_ok() {
                // Nothing is ever sent: the wait ends when the lanes are gone.
                let _ = wait.recv();
            }
        }
    }
}

/// How many of `lanes` each of `threads` has: as equal as can be.
fn shares(lanes: u64, threads: usize) -> impl Iterator<Item = u64> {
    let count = threads as u64;
    (0..count).map(move |thread| lanes / count + u64::from(thread < lanes % count))
}

/// A thread's units and the number of its lanes.
type Door<I, E, B> = (Arc<SpawnArrivals<I, E, B>>, usize);

/// Gives an arrival to the thread that has the fewest tasks for each of its lanes, or the end of
/// them to all.
fn hand_over<I: Io, E: Executor, B: TaskBody>(
    doors: &[Door<I, E, B>],
    arrival: Option<Arrival>,
) -> bool {
    let least = doors.iter().min_by(|(one, its), (other, lanes)| {
        // The quotients, compared without dividing.
        (one.under_way() * lanes).cmp(&(other.under_way() * its))
    });
    if let (Some(arrival), Some((units, _))) = (arrival, least)
        && units.hand_over(Some(arrival))
    {
        return true;
    }
    // Idle lanes go back to their own threads, which would otherwise be dropped on this one.
    for (units, _) in doors {
        units.hand_over(None);
    }
    false
}

fn panicked() -> Error {
    WorkError::Model("a thread of the model ended without a result: it panicked".to_owned()).into()
}

/// The units of coordination: each is started on the next thread in turn.
struct InTurn<E> {
    executors: Arc<[E]>,
    next: Arc<AtomicUsize>,
}

impl<E: Primitives> InTurn<E> {
    fn over(executors: &[E]) -> Self {
        Self {
            executors: executors.iter().cloned().collect(),
            next: Arc::default(),
        }
    }

    fn turn(&self) -> &E {
        &self.executors[self.next.fetch_add(1, Relaxed) % self.executors.len()]
    }
}

impl<E> Clone for InTurn<E> {
    fn clone(&self) -> Self {
        Self {
            executors: Arc::clone(&self.executors),
            next: Arc::clone(&self.next),
        }
    }
}

impl<E: Primitives> Executor for InTurn<E> {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.turn().spawn(unit)
    }

    fn drive(&self, driver: Driver) {
        let (ended, end) = mpsc::channel::<()>();
        let started = self.executors[0].spawn(async move {
            driver.await;
            drop(ended);
        });
        started.expect("the threads of a run last as long as it");
        // Nothing is ever sent: the wait ends with the driver.
        let _ = end.recv();
    }
}

impl<E: Primitives> Primitives for InTurn<E> {
    type Handle = E::Handle;
    type Sender = E::Sender;
    type Receiver = E::Receiver;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        self.turn().start(unit)
    }

    fn join(&self, handle: Self::Handle) -> impl Future<Output = Option<u64>> + Send {
        self.executors[0].join(handle)
    }

    fn channel(&self) -> std::result::Result<(Self::Sender, Self::Receiver), &'static str> {
        self.executors[0].channel()
    }

    fn send(&self, to: &Self::Sender, message: Message) -> impl Future<Output = bool> + Send {
        self.executors[0].send(to, message)
    }

    fn receive(&self, from: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send {
        self.executors[0].receive(from)
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Endpoints, Setup};
    use workloads::Task;
    use workloads::blocking::{BlockingIo, run_ready};

    use super::*;

    /// Carries nothing out, so that what it is given stays under way.
    #[derive(Clone)]
    struct Never;

    impl Executor for Never {
        fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
            drop(unit);
            Ok(())
        }

        fn drive(&self, driver: Driver) {
            run_ready(driver);
        }
    }

    fn lanes(count: u64) -> Lanes<BlockingIo, Steps> {
        let text =
            "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 9\nin_flight = 1\nseed = 1\n";
        let setup = Setup {
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            endpoints: Endpoints::default(),
            workers: 1,
            in_flight: 1,
            blocking: 1,
            switch_interval_us: 5000,
        };
        run_ready(open_some(BlockingIo, Arc::new(Work::new(setup, 1)), count)).unwrap()
    }

    #[test]
    fn an_arrival_goes_to_the_thread_with_the_fewest_tasks_for_each_lane() {
        let record = Recorder::new(Tasks {
            seed: 1,
            first: 0,
            count: 9,
        });
        let (wide, _wide_ended) = SpawnArrivals::new(Never, record.clone(), lanes(2));
        let (narrow, narrow_ended) = SpawnArrivals::new(Never, record, lanes(1));
        let doors = [(wide, 2), (narrow, 1)];
        for expected in [[1, 0], [1, 1], [2, 1], [3, 1], [3, 2]] {
            let task = Task::new(1, 0);
            let arrival = Arrival {
                task,
                intended_ns: 0,
            };
            assert!(hand_over(&doors, Some(arrival)));
            assert_eq!(
                [&doors[0], &doors[1]].map(|(units, _)| units.under_way()),
                expected
            );
        }
        let after_the_end = Arrival {
            task: Task::new(1, 0),
            intended_ns: 0,
        };
        assert!(!hand_over(&doors, None));
        assert!(!hand_over(&doors, Some(after_the_end)));
        // Its one lane was given to a task, so that none came back.
        assert!(narrow_ended.try_recv().is_err());
    }

    #[test]
    fn lanes_are_dealt_out_as_equally_as_can_be() {
        let dealt = |lanes, threads| shares(lanes, threads).collect::<Vec<_>>();
        assert_eq!(dealt(8, 3), [3, 3, 2]);
        assert_eq!(dealt(1, 3), [1, 0, 0]);
        assert_eq!(dealt(6, 2), [3, 3]);
    }
}
