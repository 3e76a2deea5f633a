//! A pool with a thread per lane. The threads live as long as the run, and each takes task after
//! task.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use gil::GilIo;
use runner::protocol::Coordination;
use runner::{
    Accepting, ArrivalQueue, Arrivals, Counts, Error, Knobs, Model, Recorder, Result, Running,
    Server, SpawningServer, coordinate, pull, pull_arrivals, units_at_once,
};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::serve::ServeIo;
use workloads::{Error as WorkError, Io, Job, Lane, TaskBody, TaskQueue, Tasks, Work};

use crate::settings::{STACK_BYTES, knobs};
use crate::spawn;
use crate::under::Under;
use crate::units::{Start, Unit, Units, answering};

pub(crate) struct Pool {
    pub(crate) gil: bool,
}

impl<B: TaskBody> Model<B> for Pool {
    fn name(&self) -> &'static str {
        if self.gil { "pool+gil" } else { "pool" }
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        if !self.gil {
            let threads = Threads::start(work, BlockingIo, Under::default())?;
            return Ok(Box::new(threads));
        }
        let (interpreter, under) = Under::interpreter(work)?;
        let io = GilIo::new(BlockingIo, interpreter);
        Ok(Box::new(Threads::start(work, io, under)?))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        if !self.gil {
            return Ok(server(work, BlockingIo, Under::default()));
        }
        let (interpreter, under) = Under::interpreter(work)?;
        Ok(server(work, GilIo::new(BlockingIo, interpreter), under))
    }
}

/// A thread for each connection, started before the first comes: a connection that is kept has its thread for as
/// long, so that with fewer threads the others would never be answered.
fn server<I: ServeIo, B: TaskBody>(work: &Arc<Work<B>>, io: I, under: Under) -> Box<dyn Server> {
    let settings = under.knobs(thread_knobs(work.lanes));
    let starts = spawn::Threads::default();
    let units = vec![Units { starts, under }];
    let accepting = Accepting::Units(work.lanes);
    Box::new(SpawningServer::new(io, units, accepting, work, settings))
}

fn thread_knobs(threads: u64) -> Knobs {
    knobs(&[
        ("threads", threads.to_string()),
        ("stack_bytes", STACK_BYTES.to_string()),
    ])
}

/// An order to a thread, with the channel on which it answers once.
enum Order<B> {
    Open(Arc<Work<B>>, Sender<workloads::Result<()>>),
    Run(Arc<TaskQueue>, Recorder, Sender<workloads::Result<()>>),
    Serve(Arc<ArrivalQueue>, Recorder, Sender<workloads::Result<()>>),
    /// Run a unit of a workload with coordination. The unit itself answers, if it has anything to
    /// say.
    Unit(Job),
}

/// The threads of one run.
struct Threads<I, B> {
    io: I,
    work: Arc<Work<B>>,
    under: Under,
    members: Vec<Member<B>>,
}

impl<I: Io, B: TaskBody> Threads<I, B> {
    fn start(work: &Arc<Work<B>>, io: I, under: Under) -> Result<Self> {
        // Units of coordination may wait for each other, so each needs a thread of its own, and
        // there can be more of them than lanes.
        let needed = match &work.setup.workload.coordination {
            Some(what) => units_at_once(what, work.lanes),
            None => work.lanes,
        };
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

    /// Gives the same order to every thread, and waits for all answers; the first error.
    fn order(&self, order: impl Fn(Sender<workloads::Result<()>>) -> Order<B>) -> Result<()> {
        let (sender, answers) = channel();
        for member in &self.members {
            // A thread that is gone takes no order, which shows below as a missing answer.
            let _ = member.orders.send(order(sender.clone()));
        }
        // With this sender alive, the wait for an answer that never comes would never end.
        drop(sender);
        for _ in &self.members {
            let answer = answers
                .recv()
                .map_err(|_| WorkError::Model("a thread of the pool panicked".to_owned()))?;
            answer?;
        }
        Ok(())
    }
}

impl<I: Io, B: TaskBody> Running for Threads<I, B> {
    fn knobs(&self) -> Knobs {
        self.under.knobs(thread_knobs(self.members.len() as u64))
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

/// The threads of the pool as the executor of units: each thread in its turn is given the next
/// unit.
struct Members<B> {
    orders: Arc<[Sender<Order<B>>]>,
    next: Arc<AtomicUsize>,
}

impl<B> Clone for Members<B> {
    fn clone(&self) -> Self {
        Self {
            orders: Arc::clone(&self.orders),
            next: Arc::clone(&self.next),
        }
    }
}

impl<B: TaskBody> Members<B> {
    fn give(&self, unit: Job) -> io::Result<()> {
        // In turns rather than from one shared queue, because units that wait for each other would
        // deadlock if one thread was given two of them while another had none.
        let position = self.next.fetch_add(1, Relaxed) % self.orders.len();
        self.orders[position]
            .send(Order::Unit(unit))
            .map_err(|_| io::Error::other("a thread of the pool is gone"))
    }
}

impl<B: TaskBody> Start for Members<B> {
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

impl<I, B> Drop for Threads<I, B> {
    fn drop(&mut self) {
        let handles: Vec<_> = self.members.drain(..).map(|member| member.handle).collect();
        // Dropping the members has closed all channels, which ends the threads. A panic of one has
        // already been reported.
        handles.into_iter().for_each(|handle| drop(handle.join()));
    }
}

/// One thread of the pool.
struct Member<B> {
    orders: Sender<Order<B>>,
    handle: JoinHandle<()>,
}

impl<B: TaskBody> Member<B> {
    fn start<I: Io>(io: I, under: Under) -> io::Result<Self> {
        let (orders, receiver) = channel();
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        Ok(Self {
            orders,
            handle: builder.spawn(move || under.live(|| obey(&io, &under, &receiver)))?,
        })
    }
}

/// The main function of a thread: it carries out orders until their channel is closed.
fn obey<I: Io, B: TaskBody>(io: &I, under: &Under, orders: &Receiver<Order<B>>) {
    let mut lane: Option<Lane<I, B>> = None;
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

#[cfg(test)]
mod tests {
    use runner::protocol::{Endpoints, Setup, parse};
    use workloads::{Computes, Computing, Scratch, Slices};

    use super::*;

    /// Computes 0, and panics the first time.
    #[derive(Clone, Default)]
    struct PanicsOnce(Arc<AtomicUsize>);

    impl Computes for PanicsOnce {
        async fn compute<I: Io>(&self, _: &I, _: Slices, _: &mut Scratch) -> u64 {
            assert!(self.0.fetch_add(1, Relaxed) > 0, "the first kernel");
            0
        }
    }

    /// Three lanes whose tasks compute and then wait for each other.
    fn work() -> Arc<Work> {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 30\nin_flight = 3\nseed = 1\n\
            [[step]]\ncompute = { kernel = \"sha256\", size = 1 }\n[[step]]\nwait = { duration = \"1ms\" }\n";
        let setup = Setup {
            workload: parse(text.as_bytes(), "w.toml").unwrap(),
            endpoints: Endpoints::default(),
            workers: 1,
            in_flight: 3,
            blocking: 1,
            switch_interval_us: 5000,
        };
        Arc::new(Work::new(setup, 3))
    }

    fn error_of(running: &mut dyn Running) -> String {
        let (seed, first, count) = (1, 0, 30);
        let tasks = Tasks { seed, first, count };
        running.connect().unwrap();
        let outcome = running.run(tasks, &Recorder::new(tasks));
        outcome.unwrap_err().to_string()
    }

    #[test]
    fn a_lane_that_panics_before_it_waits_ends_the_run_and_nobody_waits_for_it() {
        let io = || Computing::new(BlockingIo, PanicsOnce::default());
        let mut pool = Threads::start(&work(), io(), Under::default()).unwrap();
        let error = error_of(&mut pool);
        assert!(error.contains("panicked: the first kernel"), "{error}");
        let units = Units {
            starts: spawn::Threads::default(),
            under: Under::default(),
        };
        let mut spawning = runner::SpawnEach::new(io(), units, &work(), Knobs::new());
        let error = error_of(&mut spawning);
        assert!(error.contains("panicked: the first kernel"), "{error}");
    }
}
