//! The parent's side: deals tasks to the workers through a bounded window, takes their results,
//! and turns the end of a worker into an error that names it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gil::{OWNER_CHANGES, SWITCH_INTERVAL_US};
use ipc_channel::ipc::{IpcReceiverSet, IpcSelectionResult};
use runner::{Arrival, Arrivals, Counts, Error, Knobs, Recorder, Result, Running, Usage};
use workloads::{Alive, Error as WorkError, Task, Tasks, Work};

use crate::deal::Deal;
use crate::dispatch::{Dispatch, Load};
use crate::message::{Order, Record, Reply, Report, usage_of};
use crate::start::{Starting, Worker, broken};

/// How long workers may take to end by themselves.
const GRACE: Duration = Duration::from_secs(1);

/// What every worker of a run is.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Many lanes on one thread.
    pub(crate) event_loop: bool,
    /// An interpreter lock of its own.
    pub(crate) gil: bool,
}

/// The workers of one run.
pub(crate) struct Parent {
    work: Arc<Work>,
    kind: Kind,
    workers: Vec<Worker>,
    replies: IpcReceiverSet,
    /// Which worker a channel of the set belongs to.
    senders: HashMap<u64, usize>,
    alive: Option<Alive>,
}

impl Parent {
    /// Starts all processes at once, and waits for each to say hello.
    pub(crate) fn start(work: &Arc<Work>, processes: u64, kind: Kind) -> Result<Self> {
        let replies = IpcReceiverSet::new().map_err(|error| ipc("cannot listen", error))?;
        let mut parent = Self {
            work: Arc::clone(work),
            kind,
            workers: Vec::new(),
            replies,
            senders: HashMap::new(),
            alive: None,
        };
        let starting: Vec<_> = (0..processes).map(Starting::begin).collect::<Result<_>>()?;
        for process in starting {
            let (worker, receiver) = process.finish()?;
            let id = parent
                .replies
                .add(receiver)
                .map_err(|error| ipc("cannot listen", error))?;
            parent.senders.insert(id, parent.workers.len());
            parent.workers.push(worker);
        }
        Ok(parent)
    }

    /// Lanes of one worker: an even share, the first ones taking what is left over.
    fn lanes_of(&self, worker: usize) -> u64 {
        let (count, worker) = (self.workers.len() as u64, worker as u64);
        self.work.lanes / count + u64::from(worker < self.work.lanes % count)
    }

    fn send(&mut self, worker: usize, order: Order) -> Result<()> {
        match self.workers[worker].orders.send(order) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.last_words(worker)),
        }
    }

    /// Why a worker takes no more orders: its own error, which it sent before it ended, or its end.
    fn last_words(&mut self, worker: usize) -> Error {
        while let Ok(events) = self.replies.select() {
            let (messages, closed) = self.sorted(events);
            let failed = messages.into_iter().find_map(|(_, reply)| failure(reply));
            if let Some(error) = failed {
                return error;
            }
            if closed.contains(&worker) {
                break;
            }
        }
        self.ended(worker)
    }

    fn ended(&mut self, worker: usize) -> Error {
        let Worker { number, child, .. } = &mut self.workers[worker];
        let how = match child.wait() {
            Ok(status) => format!("ended in mid-run: {status}"),
            Err(error) => format!("cannot be waited for: {error}"),
        };
        broken(*number, child, &how)
    }

    /// Takes whatever has come, at least one reply; `take` is told which worker sent it.
    fn receive(
        &mut self,
        mut take: impl FnMut(&mut Self, usize, Reply) -> Result<()>,
    ) -> Result<()> {
        let events = self
            .replies
            .select()
            .map_err(|error| ipc("cannot listen", error))?;
        let (mut messages, closed) = self.sorted(events);
        // An error comes first: what others have sent does not matter any more.
        let failed = messages
            .iter()
            .position(|(_, reply)| matches!(reply, Some(Reply::Failed(_))));
        if let Some(error) = failed.and_then(|at| failure(messages.swap_remove(at).1)) {
            return Err(error);
        }
        for (worker, reply) in messages {
            match reply {
                Some(reply) => take(self, worker, reply)?,
                None => return Err(self.unexpected(worker)),
            }
        }
        match closed.first() {
            Some(worker) => Err(self.ended(*worker)),
            None => Ok(()),
        }
    }

    /// Messages with their workers, `None` where one cannot be read, and workers that are gone.
    fn sorted(&self, events: Vec<IpcSelectionResult>) -> (Vec<(usize, Option<Reply>)>, Vec<usize>) {
        let (mut messages, mut closed) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                IpcSelectionResult::MessageReceived(id, message) => {
                    messages.push((self.senders[&id], message.to::<Reply>().ok()));
                }
                IpcSelectionResult::ChannelClosed(id) => closed.push(self.senders[&id]),
            }
        }
        (messages, closed)
    }

    fn unexpected(&self, worker: usize) -> Error {
        let Worker { number, child, .. } = &self.workers[worker];
        broken(*number, child, "sent what it was not asked for")
    }

    fn reports(&mut self) -> Result<Vec<Report>> {
        for worker in 0..self.workers.len() {
            self.send(worker, Order::Report)?;
        }
        let mut reports = Vec::new();
        while reports.len() < self.workers.len() {
            self.receive(|parent, worker, reply| match reply {
                Reply::Report(report) => {
                    reports.push(report);
                    Ok(())
                }
                _ => Err(parent.unexpected(worker)),
            })?;
        }
        Ok(reports)
    }

    /// The first orders of a phase: to each worker as many tasks as it has lanes, and then as many
    /// again, so that none waits for the parent.
    fn deal_first(&mut self, deal: &mut Deal) -> Result<()> {
        for round in 0..2 {
            for worker in 0..self.workers.len() {
                let count = match (self.kind.event_loop, round) {
                    (true, _) => self.lanes_of(worker),
                    (false, 0) => 1,
                    (false, _) => deal.batch(),
                };
                self.deal(worker, deal, count)?;
            }
        }
        Ok(())
    }

    fn deal(&mut self, worker: usize, deal: &mut Deal, count: u64) -> Result<()> {
        match deal.take(count) {
            (_, 0) => Ok(()),
            (first, count) => self.send(worker, Order::Tasks { first, count }),
        }
    }
}

impl Running for Parent {
    fn knobs(&self) -> Knobs {
        let window = if self.kind.event_loop {
            "2 × lanes"
        } else {
            "2 batches"
        };
        let batch = if self.kind.event_loop {
            "as results come"
        } else {
            "1 to 64, guided"
        };
        let mut knobs = Knobs::from([
            ("processes".to_owned(), self.workers.len().to_string()),
            ("window".to_owned(), window.to_owned()),
            ("batch".to_owned(), batch.to_owned()),
        ]);
        if self.kind.gil {
            let micros = self.work.setup.switch_interval_us.max(1).to_string();
            knobs.insert(SWITCH_INTERVAL_US.to_owned(), micros);
        }
        knobs
    }

    fn connect(&mut self) -> Result<()> {
        let setup = serde_json::to_string(&self.work.setup)
            .map_err(|error| WorkError::Model(format!("cannot write the setup: {error}")))?;
        for worker in 0..self.workers.len() {
            let lanes = self.lanes_of(worker);
            self.send(
                worker,
                Order::Open {
                    setup: setup.clone(),
                    lanes,
                    event_loop: self.kind.event_loop,
                    gil: self.kind.gil,
                },
            )?;
        }
        let mut opened = 0;
        while opened < self.workers.len() {
            self.receive(|parent, worker, reply| match reply {
                Reply::Opened => {
                    opened += 1;
                    Ok(())
                }
                _ => Err(parent.unexpected(worker)),
            })?;
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let processes = self.workers.len() as u64;
        let mut deal = Deal {
            next: tasks.first,
            end: tasks.first + tasks.count,
            processes,
        };
        self.deal_first(&mut deal)?;
        // Of the tasks that a single-lane worker was sent, those of one batch may still be queued.
        let mut done = 0;
        while done < tasks.count {
            self.receive(|parent, worker, reply| {
                let Reply::Done(records) = reply else {
                    return Err(parent.unexpected(worker));
                };
                for task in &records {
                    record.record_at(task.index, task.latency_ns, task.digest);
                }
                done += records.len() as u64;
                let next = if parent.kind.event_loop {
                    records.len() as u64
                } else {
                    deal.batch()
                };
                parent.deal(worker, &mut deal, next)
            })?;
        }
        Ok(())
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let loads = (0..self.workers.len()).map(|worker| Load {
            orders: self.workers[worker].orders.clone(),
            window: 2 * self.lanes_of(worker),
            under_way: 0,
        });
        let dispatch = Dispatch::new(loads.collect());
        let paced = dispatch.clone();
        arrivals.begin(move |arrival| arrival.map(|arrival| paced.arrive(arrival)).is_some())?;
        let seed = self.work.setup.workload.seed;
        let mut done = 0;
        while done < arrivals.count() {
            self.receive(|parent, worker, reply| {
                let Reply::Done(records) = reply else {
                    return Err(parent.unexpected(worker));
                };
                for Record {
                    index,
                    latency_ns,
                    digest,
                    arrival,
                } in &records
                {
                    let (intended_ns, started_ns) = arrival.unwrap_or_default();
                    let arrival = Arrival {
                        task: Task::new(seed, *index),
                        intended_ns,
                    };
                    record.record_arrival(&arrival, started_ns, intended_ns + latency_ns, *digest);
                }
                done += records.len() as u64;
                dispatch.answered(worker, records.len() as u64);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn counts(&mut self) -> Result<Counts> {
        if !self.kind.gil {
            return Ok(Counts::new());
        }
        let reports = self.reports()?;
        let changes = reports.iter().map(|report| report.owner_changes).sum();
        Ok(Counts::from([(OWNER_CHANGES.to_owned(), changes)]))
    }

    fn usage(&mut self) -> Result<Usage> {
        let reports = self.reports()?;
        let alive = reports.iter().filter_map(|report| report.alive);
        let alive = alive.map(|(count, from, until)| Alive { count, from, until });
        self.alive = alive.reduce(Alive::and);
        Ok(usage_of(&reports))
    }

    fn alive_at_once(&self) -> Option<u64> {
        self.alive.map(|alive| alive.count)
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        // The end of its orders ends a worker; one that computes on is ended from outside.
        let workers = std::mem::take(&mut self.workers);
        let mut children: Vec<_> = workers.into_iter().map(|worker| worker.child).collect();
        let deadline = Instant::now() + GRACE;
        for child in &mut children {
            while matches!(child.try_wait(), Ok(None)) {
                if Instant::now() >= deadline {
                    let _ = child.kill();
                    let _ = child.wait();
                    break;
                }
                std::thread::sleep(Duration::from_micros(200));
            }
        }
    }
}

fn failure(reply: Option<Reply>) -> Option<Error> {
    match reply? {
        Reply::Failed(problem) => Some(WorkError::Model(problem).into()),
        _ => None,
    }
}

fn ipc(what: &str, error: impl std::fmt::Display) -> Error {
    WorkError::Model(format!("ipc-channel: {what}: {error}")).into()
}
