//! A thread per lane, alive as long as the run, each pulling task after task.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use gil::GilIo;
use runner::protocol::Coordination;
use runner::{
    ArrivalQueue, Arrivals, Counts, Error, Knobs, Model, Recorder, Result, Running, coordinate,
    pull, pull_arrivals, units_at_once,
};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Error as WorkError, Io, Job, Lane, TaskQueue, Tasks, Work};

use crate::under::Under;
use crate::units::{Start, Unit, Units, answering};
use crate::{STACK_BYTES, knobs};

pub(crate) struct Pool {
    pub(crate) gil: bool,
}

impl Model for Pool {
    fn name(&self) -> &'static str {
        match self.gil {
            false => "pool",
            true => "pool+gil",
        }
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        if !self.gil {
            let threads = Threads::start(work, BlockingIo, Under::default())?;
            return Ok(Box::new(threads));
        }
        let (interpreter, under) = Under::interpreter(work)?;
        let io = GilIo::new(BlockingIo, interpreter);
        Ok(Box::new(Threads::start(work, io, under)?))
    }
}

/// What a thread is told; it answers each order once.
enum Order {
    Open(Arc<Work>, Sender<workloads::Result<()>>),
    Run(Arc<TaskQueue>, Recorder, Sender<workloads::Result<()>>),
    Serve(Arc<ArrivalQueue>, Recorder, Sender<workloads::Result<()>>),
    /// A unit of a workload that coordinates; it answers by its own means.
    Unit(Job),
}

struct Threads<I> {
    io: I,
    work: Arc<Work>,
    under: Under,
    members: Vec<Member>,
}

impl<I: Io> Threads<I> {
    fn start(work: &Arc<Work>, io: I, under: Under) -> Result<Self> {
        let coordination = work.setup.workload.coordination.as_ref();
        let needed = coordination.map_or(work.lanes, |what| units_at_once(what, work.lanes));
        let mut threads = Self {
            io,
            work: Arc::clone(work),
            under,
            members: Vec::new(),
        };
        for _ in 0..needed {
            let member =
                Member::start(threads.io.clone(), threads.under.clone()).map_err(|error| {
                    let started = threads.members.len();
                    Error::io(format!("cannot start a thread beyond {started}"), error)
                })?;
            threads.members.push(member);
        }
        Ok(threads)
    }

    fn order(&self, order: impl Fn(Sender<workloads::Result<()>>) -> Order) -> Result<()> {
        let (sender, answers) = channel();
        for member in &self.members {
            // A thread that is gone shows as a missing answer.
            let _ = member.orders.send(order(sender.clone()));
        }
        drop(sender);
        for _ in &self.members {
            let gone = |_| WorkError::Model("a thread of the pool panicked".to_owned());
            answers.recv().map_err(gone)??;
        }
        Ok(())
    }
}

impl<I: Io> Running for Threads<I> {
    fn knobs(&self) -> Knobs {
        self.under.knobs(knobs(&[
            ("threads", self.members.len().to_string()),
            ("stack_bytes", STACK_BYTES.to_string()),
        ]))
    }

    fn counts(&mut self) -> Result<Counts> {
        Ok(self.under.counts())
    }

    fn connect(&mut self) -> Result<()> {
        self.order(|answer| Order::Open(Arc::clone(&self.work), answer))
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let queue = Arc::new(tasks.queue());
        self.order(|answer| Order::Run(Arc::clone(&queue), record.clone(), answer))
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let queue = ArrivalQueue::filled_by(arrivals)?;
        self.order(|answer| Order::Serve(Arc::clone(&queue), record.clone(), answer))
    }

    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        let orders = self.members.iter().map(|member| member.orders.clone());
        let starts = Members {
            orders: orders.collect(),
            next: Arc::default(),
        };
        let under = self.under.clone();
        let units = Units { starts, under };
        coordinate(&self.io, &units, &self.work, what, tasks, record)
    }
}

/// The threads as takers of units, each in its turn: one that waits takes the unit as its next job.
#[derive(Clone)]
struct Members {
    orders: Arc<[Sender<Order>]>,
    next: Arc<AtomicUsize>,
}

impl Members {
    fn give(&self, unit: Job) -> io::Result<()> {
        let place = self.next.fetch_add(1, Relaxed) % self.orders.len();
        let gone = |_| io::Error::other("a thread of the pool is gone");
        self.orders[place].send(Order::Unit(unit)).map_err(gone)
    }
}

impl Start for Members {
    type Handle = Receiver<u64>;

    fn spawn(&self, _: &Under, unit: impl Unit<()>) -> io::Result<()> {
        self.give(Box::new(unit))
    }

    fn start(&self, _: &Under, unit: impl Unit<u64>) -> io::Result<Receiver<u64>> {
        let (unit, handle) = answering(unit);
        self.give(Box::new(unit)).map(|()| handle)
    }

    fn join(handle: Receiver<u64>) -> Option<u64> {
        handle.recv().ok()
    }
}

impl<I> Drop for Threads<I> {
    fn drop(&mut self) {
        let handles: Vec<_> = self.members.drain(..).map(|member| member.handle).collect();
        // Their orders ended with the members; a panic was already an error.
        handles.into_iter().for_each(|handle| drop(handle.join()));
    }
}

struct Member {
    orders: Sender<Order>,
    handle: JoinHandle<()>,
}

impl Member {
    fn start<I: Io>(io: I, under: Under) -> io::Result<Self> {
        let (orders, receiver) = channel();
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        Ok(Self {
            orders,
            handle: builder.spawn(move || under.live(|| obey(&io, &under, &receiver)))?,
        })
    }
}

/// The life of one thread: its lane, and the orders that come.
fn obey<I: Io>(io: &I, under: &Under, orders: &Receiver<Order>) {
    let mut lane: Option<Lane<I>> = None;
    while let Ok(order) = under.blocking(|| orders.recv()) {
        match order {
            Order::Open(work, answer) => {
                let opened = run_ready(Lane::open(io.clone(), &work));
                let _ = answer.send(opened.map(|open| lane = Some(open)));
            }
            Order::Run(queue, record, answer) => {
                let Some(lane) = &mut lane else { return };
                let _ = answer.send(run_ready(pull(lane, &queue, &record)));
            }
            Order::Serve(queue, record, answer) => {
                let Some(lane) = &mut lane else { return };
                let _ = answer.send(run_ready(pull_arrivals(lane, &queue, &record)));
            }
            Order::Unit(unit) => unit(),
        }
    }
}
