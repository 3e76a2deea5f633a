//! A thread per lane, alive as long as the run, each pulling task after task.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use runner::protocol::Coordination;
use runner::{
    ArrivalQueue, Arrivals, Counts, Error, Executor, Knobs, Model, Recorder, Result, Running,
    coordinate, pull, pull_arrivals, units_at_once,
};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Error as WorkError, Job, Lane, TaskQueue, Tasks, Work};

use crate::{STACK_BYTES, knobs};

pub(crate) struct Pool;

impl Model for Pool {
    fn name(&self) -> &'static str {
        "pool"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let mut threads = Threads {
            work: Arc::clone(work),
            members: Vec::new(),
        };
        let coordination = work.setup.workload.coordination.as_ref();
        let needed = coordination.map_or(work.lanes, |what| units_at_once(what, work.lanes));
        for _ in 0..needed {
            let member = Member::start().map_err(|error| {
                let started = threads.members.len();
                Error::io(format!("cannot start a thread beyond {started}"), error)
            })?;
            threads.members.push(member);
        }
        Ok(Box::new(threads))
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

struct Threads {
    work: Arc<Work>,
    members: Vec<Member>,
}

impl Threads {
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

impl Running for Threads {
    fn knobs(&self) -> Knobs {
        knobs(&[
            ("threads", self.members.len().to_string()),
            ("stack_bytes", STACK_BYTES.to_string()),
        ])
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
        let members = Members {
            orders: orders.collect(),
            next: Arc::default(),
        };
        coordinate(&BlockingIo, &members, &self.work, what, tasks, record)
    }
}

/// The threads as takers of units, each in its turn.
#[derive(Clone)]
pub(crate) struct Members {
    orders: Arc<[Sender<Order>]>,
    next: Arc<AtomicUsize>,
}

impl Members {
    pub(crate) fn give(&self, unit: Job) -> std::io::Result<()> {
        let place = self.next.fetch_add(1, Relaxed) % self.orders.len();
        let gone = |_| std::io::Error::other("a thread of the pool is gone");
        self.orders[place].send(Order::Unit(unit)).map_err(gone)
    }
}

impl Executor for Members {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        self.give(Box::new(move || run_ready(unit)))
    }

    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        futures_lite::future::block_on(future)
    }
}

impl Drop for Threads {
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
    fn start() -> std::io::Result<Self> {
        let (orders, receiver) = channel();
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        Ok(Self {
            orders,
            handle: builder.spawn(move || obey(&receiver))?,
        })
    }
}

/// The life of one thread: its lane, and the orders that come.
fn obey(orders: &Receiver<Order>) {
    let mut lane: Option<Lane<BlockingIo>> = None;
    for order in orders {
        match order {
            Order::Open(work, answer) => {
                let opened = run_ready(Lane::open(BlockingIo, &work));
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
