//! The running model in the parent process: it opens the workers' lanes, deals tasks to the workers
//! through a bounded window, and records their results.

use std::path::Path;
use std::sync::Arc;

use gil::SWITCH_INTERVAL_US;
use ipc_channel::ipc::IpcReceiver;
use runner::protocol::{MOST_EVENTS, counts};
use runner::{Arrival, Arrivals, Counts, Deal, Knobs, Recorder, Result, Running, Usage};
use workloads::{Alive, Error as WorkError, Task, TaskBody, Tasks, Work, trace};

use crate::barrier::Barrier;
use crate::dispatch::{Dispatch, Load};
use crate::feeding::{Feeding, feeding};
use crate::message::{Order, Record, Reply, WorkerKind, usage_of};
use crate::workers::Workers;

/// The running model.
pub(crate) struct Parent<B> {
    work: Arc<Work<B>>,
    kind: WorkerKind,
    feeding: &'static dyn Feeding,
    workers: Workers,
    barrier: Barrier,
    alive: Option<Alive>,
}

impl<B: TaskBody> Parent<B> {
    /// Starts this many workers.
    pub(crate) fn start(work: &Arc<Work<B>>, processes: u64, kind: WorkerKind) -> Result<Self> {
        Ok(Self {
            work: Arc::clone(work),
            kind,
            feeding: feeding(kind),
            workers: Workers::start(processes)?,
            barrier: Barrier::default(),
            alive: None,
        })
    }

    fn has_locks(&self) -> bool {
        self.kind == WorkerKind::BlockingUnderLock
    }

    /// The number of lanes of one worker.
    fn lanes_of(&self, worker: usize) -> u64 {
        // An even share; the first workers have one more each where the division leaves a
        // remainder.
        let (count, worker) = (self.workers.count() as u64, worker as u64);
        self.work.lanes / count + u64::from(worker < self.work.lanes % count)
    }

    /// The gate of one more worker, where the run stops when all lanes wait.
    fn gate(&mut self) -> Result<Option<IpcReceiver<()>>> {
        if !self.work.is_observed() {
            return Ok(None);
        }
        self.barrier.gate().map(Some)
    }

    /// Sends every worker its first two messages of a phase.
    fn deal_first(&mut self, deal: &mut Deal) -> Result<()> {
        // Every worker has its first message before any has its second, so that none is idle while
        // another is given more than it can do at once.
        for worker in 0..self.workers.count() {
            let count = self.feeding.first(self.lanes_of(worker));
            self.deal(worker, deal, count)?;
        }
        for worker in 0..self.workers.count() {
            let count = self.feeding.second(self.lanes_of(worker), deal);
            self.deal(worker, deal, count)?;
        }
        Ok(())
    }

    /// Sends up to `count` tasks to a worker, or nothing if none remain.
    fn deal(&mut self, worker: usize, deal: &mut Deal, count: u64) -> Result<()> {
        match deal.take(count) {
            (_, 0) => Ok(()),
            (first, count) => self.workers.send(worker, Order::Tasks { first, count }),
        }
    }

    /// Waits for results; each worker's position with its records. It passes the barrier at which
    /// all lanes wait when it comes to it.
    fn results(&mut self) -> Result<Vec<(usize, Vec<Record>)>> {
        let mut results = Vec::new();
        for (worker, reply) in self.workers.receive()? {
            match reply {
                Reply::Done(records) => results.push((worker, records)),
                Reply::AllWait => self.barrier.stopped(&self.work),
                _ => return Err(self.workers.unexpected(worker)),
            }
        }
        Ok(results)
    }
}

impl<B: TaskBody> Running for Parent<B> {
    fn knobs(&self) -> Knobs {
        let mut knobs = Knobs::from([
            ("processes".to_owned(), self.workers.count().to_string()),
            ("window".to_owned(), self.feeding.window().to_owned()),
            ("batch".to_owned(), self.feeding.batch().to_owned()),
        ]);
        if self.has_locks() {
            // An interpreter's interval is at least a microsecond, whatever was asked for.
            let micros = self.work.setup.switch_interval_us.max(1).to_string();
            knobs.insert(SWITCH_INTERVAL_US.to_owned(), micros);
        }
        knobs
    }

    fn connect(&mut self) -> Result<()> {
        let setup = serde_json::to_string(&self.work.setup)
            .map_err(|error| WorkError::Model(format!("cannot write the setup: {error}")))?;
        for worker in 0..self.workers.count() {
            let order = Order::Open {
                setup: setup.clone(),
                lanes: self.lanes_of(worker),
                kind: self.kind,
                gate: self.gate()?,
                events: trace::is_prepared().then_some(MOST_EVENTS / self.workers.count() as u64),
            };
            self.workers.send(worker, order)?;
        }
        self.workers
            .receive_from_all(|reply| matches!(reply, Reply::Opened).then_some(()))
            .map(drop)
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let mut deal = Deal::new(tasks, self.workers.count() as u64);
        self.deal_first(&mut deal)?;
        let mut done = 0;
        while done < tasks.count {
            for (worker, records) in self.results()? {
                for task in &records {
                    record.record_at(task.index, task.latency_ns, task.digest);
                }
                let answered = records.len() as u64;
                done += answered;
                let next = self.feeding.next(answered, &deal);
                self.deal(worker, &mut deal, next)?;
            }
        }
        Ok(())
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let loads = (0..self.workers.count()).map(|worker| Load {
            orders: self.workers.orders(worker),
            window: 2 * self.lanes_of(worker),
            under_way: 0,
        });
        let dispatch = Dispatch::new(loads.collect());
        let paced = dispatch.clone();
        arrivals.begin(move |arrival| arrival.map(|arrival| paced.arrive(arrival)).is_some())?;
        let seed = self.work.setup.workload.seed;
        let mut done = 0;
        while done < arrivals.count() {
            for (worker, records) in self.results()? {
                for task in &records {
                    record_arrival(record, seed, task);
                }
                done += records.len() as u64;
                dispatch.answered(worker, records.len() as u64);
            }
        }
        Ok(())
    }

    fn counts(&mut self) -> Result<Counts> {
        // Asking costs a message to every worker, and only locks have something to count.
        if !self.has_locks() {
            return Ok(Counts::new());
        }
        let reports = self.workers.reports()?;
        let changes = reports.iter().map(|report| report.owner_changes).sum();
        Ok(Counts::from([(counts::OWNER_CHANGES.to_owned(), changes)]))
    }

    fn usage(&mut self) -> Result<Usage> {
        let reports = self.workers.reports()?;
        self.alive = reports
            .iter()
            .filter_map(|report| report.alive)
            .map(|(count, from, until)| Alive { count, from, until })
            .reduce(Alive::and);
        Ok(usage_of(&reports))
    }

    fn begin_traces(&mut self) -> Result<()> {
        for worker in 0..self.workers.count() {
            self.workers.send(worker, Order::BeginTrace)?;
        }
        self.workers
            .receive_from_all(|reply| matches!(reply, Reply::TraceBegun).then_some(()))
            .map(drop)
    }

    fn write_traces(&mut self, file: &Path) -> Result<()> {
        for worker in 0..self.workers.count() {
            let number = worker + 1;
            let mut named = file.as_os_str().to_owned();
            named.push(format!(".{number}"));
            let order = Order::WriteTrace {
                file: named.into(),
                name: format!("worker process {number}"),
            };
            self.workers.send(worker, order)?;
        }
        self.workers
            .receive_from_all(|reply| matches!(reply, Reply::TraceWritten).then_some(()))
            .map(drop)
    }

    fn alive_at_once(&self) -> Option<u64> {
        self.alive.map(|alive| alive.count)
    }
}

/// Records a task of an open loop.
fn record_arrival(record: &Recorder, seed: u64, task: &Record) {
    let (intended_ns, started_ns) = task.arrival.unwrap_or_default();
    let arrival = Arrival {
        task: Task::new(seed, task.index),
        intended_ns,
    };
    let ended_ns = intended_ns + task.latency_ns;
    record.record_arrival(&arrival, started_ns, ended_ns, task.digest);
}
