//! The running model in rank 0: it deals tasks to the other ranks through a bounded window, and records their
//! results.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::channel;

use runner::protocol::{Coordination, Endpoints};
use runner::{
    Arrival, Arrivals, Counts, Deal, Error, Knobs, Recorder, Result, Running, Usage, vm_hwm_bytes,
};
use workloads::{Alive, Task, Tasks, Work};

use crate::knobs::{HOSTS, PROCESSORS};
use crate::load::Load;
use crate::message::{Opening, Place, Record, Used, order};
use crate::ping_pong;
use crate::ranks::{Ranks, Reply, unexpected};
use crate::settings::settings;
use crate::units;

/// The count that says how much memory the ranks had at most, each at its own peak, added up.
const PEAK_BYTES: &str = "ranks-peak-bytes";

/// The running model.
pub(crate) struct Farm {
    work: Arc<Work>,
    ranks: Ranks,
    waiting: &'static str,
    /// The processors of each host, as its ranks see them.
    hosts: BTreeMap<String, u64>,
    /// How many ranks have stopped at the barrier at which all lanes wait.
    stopped: usize,
    used: Vec<Used>,
}

impl Farm {
    /// The farm of this job. `waiting` says how its ranks wait.
    ///
    /// # Errors
    /// When the job does not have a rank for each lane.
    pub(crate) fn start(work: &Arc<Work>, waiting: &'static str) -> Result<Self> {
        Ok(Self {
            work: Arc::clone(work),
            ranks: Ranks::of_this_job(work.lanes)?,
            waiting,
            hosts: BTreeMap::new(),
            stopped: 0,
            used: Vec::new(),
        })
    }

    fn is_on_several_hosts(&self) -> bool {
        self.hosts.len() > 1
    }

    /// What several hosts cannot do.
    fn check_hosts(&self) -> Result<()> {
        if !self.is_on_several_hosts() {
            return Ok(());
        }
        if self.work.setup.workload.rate.is_some() {
            return Err(Error::Unsupported(
                "an open loop is timed by one clock, and the job has several hosts".to_owned(),
            ));
        }
        match local_address(&self.work.setup.endpoints) {
            Some(address) => Err(Error::Unavailable(format!(
                "the job has several hosts, and a service listens on {address}, which each host \
                 has for itself: MANYWAYS_LISTEN is the address that services listen on"
            ))),
            None => Ok(()),
        }
    }

    /// Sends every worker its first two messages of a phase.
    fn deal_first(&self, deal: &mut Deal) {
        // Every worker has one task before any has a batch, so that none is idle meanwhile.
        for worker in 0..self.ranks.count() {
            self.deal(worker, deal, 1);
        }
        for worker in 0..self.ranks.count() {
            let count = deal.batch();
            self.deal(worker, deal, count);
        }
    }

    /// Sends up to `count` tasks to a worker, or nothing if none remain.
    fn deal(&self, worker: usize, deal: &mut Deal, count: u64) {
        if let (first, count @ 1..) = deal.take(count) {
            self.ranks.send(worker, order::TASKS, &[first, count]);
        }
    }

    /// The records in a reply; none in that of a rank which has stopped at the barrier.
    fn records(&mut self, worker: usize, reply: Reply) -> Result<Vec<Record>> {
        match reply {
            Reply::Done(records) => Ok(records),
            Reply::AllWait => {
                self.stop_one();
                Ok(Vec::new())
            }
            _ => Err(unexpected(worker)),
        }
    }

    /// One more rank has stopped at the barrier; after the last, all go on.
    fn stop_one(&mut self) {
        self.stopped += 1;
        if self.stopped == self.ranks.count() {
            self.work.report_all_alive();
            self.ranks.send_to_all(order::GO_ON);
        }
    }
}

/// The address of a service that is reached from its own machine alone.
fn local_address(endpoints: &Endpoints) -> Option<SocketAddr> {
    let postgres = endpoints.postgres.as_ref();
    // That of a Unix socket is a path, and of one machine as well; the rank that connects says so.
    let server = postgres.and_then(|server| server.address.parse().ok());
    let mut addresses = [endpoints.origin, server].into_iter().flatten();
    addresses.find(|address: &SocketAddr| address.ip().is_loopback())
}

impl Running for Farm {
    fn knobs(&self) -> Knobs {
        let mut knobs = settings(self.waiting);
        let hosts: Vec<&str> = self.hosts.keys().map(String::as_str).collect();
        let processors: Vec<String> = self.hosts.values().map(u64::to_string).collect();
        knobs.extend([
            ("ranks".to_owned(), (self.ranks.count() + 1).to_string()),
            (HOSTS.to_owned(), hosts.join(" ")),
            (PROCESSORS.to_owned(), processors.join(" ")),
            ("window".to_owned(), "2 batches".to_owned()),
            ("batch".to_owned(), "1 to 64, guided".to_owned()),
        ]);
        knobs
    }

    fn connect(&mut self) -> Result<()> {
        let coordination = self.work.setup.workload.coordination.as_ref();
        self.ranks.open(&Opening {
            setup: self.work.setup.clone(),
            observed: self.work.is_observed(),
            sends_back: match coordination {
                Some(Coordination::PingPong(ping_pong)) => Some(ping_pong.bytes),
                Some(Coordination::Spawn(_)) => Some(units::BYTES),
                _ => None,
            },
        })?;
        let mut places = self.ranks.receive_from_all(|reply| match reply {
            Reply::Opened(place) => Some(place),
            _ => None,
        })?;
        places.push(Place::here());
        for place in places {
            let processors = self.hosts.entry(place.host).or_default();
            *processors = place.processors.max(*processors);
        }
        self.check_hosts()
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let mut deal = Deal::new(tasks, self.ranks.count() as u64);
        self.deal_first(&mut deal);
        let mut done = 0;
        while done < tasks.count {
            let (worker, reply) = self.ranks.receive()?;
            let records = self.records(worker, reply)?;
            if records.is_empty() {
                continue;
            }
            for task in &records {
                record.record_at(task.index, task.latency_ns, task.digest);
            }
            done += records.len() as u64;
            let count = deal.batch();
            self.deal(worker, &mut deal, count);
        }
        Ok(())
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let (pacing, arriving) = channel();
        arrivals.begin(move |arrival| arrival.is_some_and(|it| pacing.send(it).is_ok()))?;
        let mut load = Load::new(self.ranks.count());
        let mut done = 0;
        while done < arrivals.count() {
            arriving.try_iter().for_each(|arrival| load.arrive(arrival));
            while let Some((worker, arrival)) = load.take() {
                let numbers = [arrival.task.index, arrival.intended_ns];
                self.ranks.send(worker, order::ARRIVAL, &numbers);
            }
            // A look for messages yields the processor, or does not, as every wait in MPI.
            let Some((worker, reply)) = self.ranks.poll()? else {
                continue;
            };
            let records = self.records(worker, reply)?;
            for task in &records {
                record_arrival(record, self.work.setup.workload.seed, task);
            }
            done += records.len() as u64;
            load.answered(worker, records.len());
        }
        Ok(())
    }

    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        match what {
            Coordination::PingPong(ping_pong) => {
                ping_pong::ask(&self.ranks, ping_pong.bytes, tasks, record)?;
                Ok(Counts::new())
            }
            Coordination::Spawn(_) => units::run(&self.ranks, tasks, record),
            _ => Err(Error::Unsupported("only messages and jobs".to_owned())),
        }
    }

    fn usage(&mut self) -> Result<Usage> {
        self.used = self.ranks.used()?;
        let none = Usage::default();
        Ok(self.used.iter().fold(none, |sum, used| sum + used.usage))
    }

    fn counts(&mut self) -> Result<Counts> {
        // A peak is no difference of two readings: it is told after the measured phase alone, when the ranks have
        // been asked what they used.
        if self.used.is_empty() {
            return Ok(Counts::new());
        }
        let own = vm_hwm_bytes().unwrap_or(0);
        let ranks: u64 = self.used.iter().map(|used| used.peak_bytes).sum();
        Ok(Counts::from([(PEAK_BYTES.to_owned(), own + ranks)]))
    }

    fn alive_at_once(&self) -> Option<u64> {
        // Times of several hosts are of several clocks.
        if self.is_on_several_hosts() {
            return None;
        }
        let alive = self.used.iter().filter_map(|used| used.alive);
        alive.reduce(Alive::and).map(|alive| alive.count)
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        self.ranks.send_to_all(order::END);
    }
}

/// Records a task of an open loop.
fn record_arrival(record: &Recorder, seed: u64, task: &Record) {
    let arrival = Arrival {
        task: Task::new(seed, task.index),
        intended_ns: task.intended_ns,
    };
    let ended_ns = task.intended_ns + task.latency_ns;
    record.record_arrival(&arrival, task.started_ns, ended_ns, task.digest);
}
