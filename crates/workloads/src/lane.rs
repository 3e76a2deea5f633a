//! A lane: one slot of what is in flight, with what lives longer than a task (connections,
//! handles, buffers). It is the only place where steps are carried out.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use protocol::{
    Compute, Connection, HttpGet, PostgresSelect, ReadFile, SqliteSelect, Step, WaitsFor,
};

use crate::clock::monotonic_ns;
use crate::digest::{mix, of_task};
use crate::error::{Error, Result};
use crate::files;
use crate::http::HttpClient;
use crate::io::{Address, Io};
use crate::kernel::{Scratch, Slices};
use crate::latch::Latch;
use crate::postgres::PostgresClient;
use crate::sqlite::{Sqlite, row_id};
use crate::task::Task;
use crate::trace;
use crate::work::Work;

/// One slot of what is in flight.
#[derive(Debug)]
pub struct Lane<I: Io> {
    io: I,
    under_way: UnderWay,
    /// `None` in lanes that only wait, of which there may be a million.
    kept: Option<Box<Kept<I::Stream>>>,
}

/// The task that a lane has begun. It is kept here and not in the future of a task that waits,
/// because a runtime may round the size of that future up.
#[derive(Debug)]
struct UnderWay {
    work: Arc<Work>,
    index: u64,
    began_ns: u64,
}

impl UnderWay {
    /// Where its waits are counted.
    fn latch(&self) -> &Latch {
        self.work.latch(self.index)
    }
}

/// What a lane keeps from one task to the next.
#[derive(Debug)]
struct Kept<S> {
    http: Option<Box<HttpClient<S>>>,
    postgres: Option<Box<PostgresClient<S>>>,
    sqlite: Option<Box<Sqlite>>,
    scratch: Scratch,
    /// Its number among the lanes of this process, in a run that is recorded.
    number: u32,
}

impl<S> Default for Kept<S> {
    fn default() -> Self {
        Self {
            http: None,
            postgres: None,
            sqlite: None,
            scratch: Scratch::default(),
            number: 0,
        }
    }
}

impl<I: Io> Lane<I> {
    /// Opens what the workload's tasks keep from one to the next.
    ///
    /// # Errors
    /// When an endpoint is missing or cannot be reached.
    pub async fn open(io: I, work: &Arc<Work>) -> Result<Self> {
        let mut lane = Self {
            io,
            under_way: UnderWay {
                work: Arc::clone(work),
                index: 0,
                began_ns: 0,
            },
            kept: None,
        };
        if trace::is_prepared() {
            lane.kept().number = trace::number_lane();
        }
        // Here and not with the first task, so that connecting is not part of any latency. What a
        // step opens anew for each task is part of it, and is left out here.
        for step in &work.setup.workload.steps {
            match step {
                Step::HttpGet(get) if get.connection == Connection::KeepAlive => {
                    lane.connect_http().await?;
                }
                Step::PostgresSelect(select) if select.connection == Connection::KeepAlive => {
                    lane.connect_postgres().await?;
                }
                Step::SqliteSelect(_) => lane.open_sqlite().await?,
                _ => {}
            }
        }
        Ok(lane)
    }

    /// Whether a task is one of the warm-up, of which every lane does exactly one.
    pub fn is_warm_up(&self, task: &Task) -> bool {
        self.under_way.work.is_warm_up(task)
    }

    /// Carries out a call that blocks, such as waiting for the next task, as the model does such calls.
    pub async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        self.io.unblock(call).await
    }

    /// Carries out one task and gives its digest. A lane whose task has failed is not used again.
    ///
    /// # Errors
    /// Whatever a step met, with the task's index; a panic of a step is such an error.
    pub async fn run(&mut self, task: &Task) -> Result<u64> {
        // Its own handle, so that the steps can be read while the lane is used.
        let work = Arc::clone(&self.under_way.work);
        // A panic would end the unit and tell nobody: other lanes may wait for this one at the latch.
        let outcome = if trace::is_on() && !work.is_warm_up(task) {
            let lane = self.kept().number;
            let steps = AssertUnwindSafe(self.steps(&work, task)).catch_unwind();
            // Boxed, so that a task of a run that is not recorded has no room for it.
            Box::pin(trace::Traced::new(lane, task.index, steps)).await
        } else {
            AssertUnwindSafe(self.steps(&work, task))
                .catch_unwind()
                .await
        }
        .unwrap_or_else(|panic| Err(Error::panicked(&*panic).in_task(task.index)));
        if outcome.is_err() {
            work.abandon();
        }
        outcome
    }

    /// Records that a task is handed to this lane, and can run from now on.
    pub fn hand_over(&self, task: &Task) {
        if trace::is_on()
            && !self.is_warm_up(task)
            && let Some(kept) = &self.kept
        {
            trace::ready(kept.number, task.index);
        }
    }

    /// Begins a task of a workload that [only waits](Work::only_waits): `began_ns` is a time of
    /// [`crate::monotonic_ns`].
    pub fn begin(&mut self, task: &Task, began_ns: u64) {
        (self.under_way.index, self.under_way.began_ns) = (task.index, began_ns);
    }

    /// The task that was begun, and the time of that.
    #[must_use]
    pub fn begun(&self) -> (Task, u64) {
        let UnderWay {
            work,
            index,
            began_ns,
        } = &self.under_way;
        (Task::new(work.setup.workload.seed, *index), *began_ns)
    }

    /// Carries out the task that was begun, and gives the lane and the digest: what [`Self::run`]
    /// does, in a future that has room for a sleep and for no other step.
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn keeps its arguments twice"
    )]
    pub fn wait(self: Box<Self>) -> impl Future<Output = (Box<Self>, u64)> + Send {
        async move {
            // Of a byte, which fits beside the state of the future.
            let mut number = 0_u8;
            while let Some(duration) = self.under_way.work.nth_wait(number) {
                // Not the lane, which is not `Sync`, and not two of its fields, which are two references.
                let under_way = &self.under_way;
                under_way.latch().arrive();
                self.io
                    .sleep_while(duration, || under_way.latch().rest())
                    .await;
                number += 1;
            }
            let (task, _) = self.begun();
            let seeds = (0..usize::from(number)).map(|step| task.step_seed(step));
            (self, of_task(seeds))
        }
    }

    async fn steps(&mut self, work: &Work, task: &Task) -> Result<u64> {
        let mut digest = 0;
        for (number, step) in work.setup.workload.steps.iter().enumerate() {
            trace::may_wait_for(waits_for(step));
            let value = match step {
                Step::Wait(wait) => {
                    let latch = work.latch(task.index);
                    latch.arrive();
                    self.io.sleep_while(wait.duration, || latch.rest()).await;
                    Ok(task.step_seed(number))
                }
                Step::HttpGet(get) => self.http_get(get, task.step_seed(number)).await,
                Step::SqliteSelect(select) => self.select(select, task.step_seed(number)).await,
                Step::PostgresSelect(select) => {
                    self.postgres_select(select, task.step_seed(number)).await
                }
                Step::ReadFile(read) => self.read_file(read, task).await,
                Step::Compute(compute) => Ok(self.compute(compute, task.step_seed(number)).await),
                Step::Block(block) => {
                    self.block(block.duration).await;
                    Ok(task.step_seed(number))
                }
                Step::Only(only) => {
                    let began_ns = monotonic_ns();
                    self.io.sleep(only.after).await;
                    work.note_lateness(task.index, monotonic_ns() - began_ns, only.after);
                    Ok(task.step_seed(number))
                }
            };
            digest = mix(digest, value.map_err(|error| error.in_task(task.index))?);
            if let Step::Only(only) = step
                && !only.goes_on(task.step_seed(number))
            {
                break;
            }
        }
        Ok(digest)
    }

    /// A call that stops its thread.
    async fn block(&mut self, duration: Duration) {
        self.io
            .unblock(trace::part(move || std::thread::sleep(duration)))
            .await;
    }

    async fn http_get(&mut self, get: &HttpGet, key: u64) -> Result<u64> {
        let mut fresh = None;
        if get.connection == Connection::New {
            // Boxed, because the future of every task in flight has room for it otherwise.
            fresh = Some(Box::pin(self.http_client()).await?);
        }
        let client = fresh.as_mut().or(self.kept().http.as_mut());
        let crc = client
            .ok_or(Error::NoEndpoint("an HTTP origin"))?
            .get(get, key)
            .await?;
        // A new connection is closed here, with its client.
        Ok(u64::from(crc))
    }

    async fn connect_http(&mut self) -> Result<()> {
        if self.kept().http.is_none() {
            let client = self.http_client().await?;
            self.kept().http = Some(client);
        }
        Ok(())
    }

    /// A client over a new connection to the origin.
    async fn http_client(&mut self) -> Result<Box<HttpClient<I::Stream>>> {
        let origin = self
            .under_way
            .work
            .setup
            .endpoints
            .origin
            .ok_or(Error::NoEndpoint("an HTTP origin"))?;
        let connected = self.io.connect(&Address::Tcp(origin)).await;
        let stream = connected.map_err(|source| Error::Connect {
            address: origin.to_string(),
            source,
        })?;
        Ok(Box::new(HttpClient::new(stream, &origin.to_string())))
    }

    async fn postgres_select(&mut self, select: &PostgresSelect, seed: u64) -> Result<u64> {
        if self.kept().postgres.is_none() {
            // Boxed for the same reason as above.
            Box::pin(self.connect_postgres()).await?;
        }
        let client = self.kept().postgres.as_mut().expect("connected above");
        let id = row_id(seed, 0, select.rows);
        let crc = client.select(select.wait, id).await?;
        if select.connection == Connection::New {
            self.kept().postgres = None;
        }
        Ok(u64::from(crc))
    }

    async fn connect_postgres(&mut self) -> Result<()> {
        if self.kept().postgres.is_some() {
            return Ok(());
        }
        let setup = &self.under_way.work.setup;
        let server = setup
            .endpoints
            .postgres
            .as_ref()
            .ok_or(Error::NoEndpoint("a PostgreSQL server"))?;
        let stream = connect_to(&self.io, &server.address)
            .await
            .map_err(|source| Error::Connect {
                address: server.address.clone(),
                source,
            })?;
        let waits = postgres_waits(&setup.workload.steps);
        let client = PostgresClient::open(stream, server, &waits).await?;
        self.kept().postgres = Some(Box::new(client));
        Ok(())
    }

    async fn open_sqlite(&mut self) -> Result<()> {
        if self.kept().sqlite.is_some() {
            return Ok(());
        }
        let endpoints = &self.under_way.work.setup.endpoints;
        let path = endpoints
            .sqlite
            .clone()
            .ok_or(Error::NoEndpoint("a SQLite data set"))?;
        let sqlite = self.io.unblock(move || Sqlite::open(&path)).await?;
        self.kept().sqlite = Some(Box::new(sqlite));
        Ok(())
    }

    async fn select(&mut self, select: &SqliteSelect, seed: u64) -> Result<u64> {
        let sqlite = self
            .kept()
            .sqlite
            .take()
            .ok_or(Error::NoEndpoint("a SQLite data set"))?;
        // The call may run on another thread and outlive this borrow, so it owns what it uses: the
        // connection moves into it and comes back, which needs no lock.
        let owned_select = select.clone();
        let (returned, value) = self
            .io
            .unblock(trace::part(move || {
                let value = sqlite.select(&owned_select, seed);
                (sqlite, value)
            }))
            .await;
        self.kept().sqlite = Some(returned);
        value
    }

    async fn read_file(&mut self, read: &ReadFile, task: &Task) -> Result<u64> {
        let setup = &self.under_way.work.setup;
        let folder = setup
            .endpoints
            .files
            .as_ref()
            .ok_or(Error::NoEndpoint("a file data set"))?;
        let index = files::file_index(setup.workload.seed, task.index, read.files);
        let path = files::file_path(folder, index);
        let scratch = &mut self.kept.get_or_insert_default().scratch;
        let (owned_read, mut buffer) = (read.clone(), std::mem::take(&mut scratch.bytes));
        let (returned, value) = self
            .io
            .unblock(trace::part(move || {
                let value = files::read(path, &owned_read, &mut buffer);
                (buffer, value)
            }))
            .await;
        self.kept().scratch.bytes = returned;
        value
    }

    async fn compute(&mut self, compute: &Compute, seed: u64) -> u64 {
        let scratch = &mut self.kept.get_or_insert_default().scratch;
        self.io.compute(Slices::new(compute, seed), scratch).await
    }

    /// What is kept; made by the first step that keeps anything.
    fn kept(&mut self) -> &mut Kept<I::Stream> {
        self.kept.get_or_insert_default()
    }
}

/// Connects to an address in text form.
// No method, which would borrow the lane across the wait: a lane is not `Sync`, and a future that
// holds such a borrow cannot move between threads.
async fn connect_to<I: Io>(io: &I, address: &str) -> std::io::Result<I::Stream> {
    match Address::parse(address) {
        Some(parsed) => io.connect(&parsed).await,
        None => Err(std::io::Error::other(
            "neither ip:port nor an absolute path",
        )),
    }
}

/// What a task waits for in a step, where it waits for anything.
fn waits_for(step: &Step) -> WaitsFor {
    match step {
        Step::HttpGet(_) | Step::PostgresSelect(_) => WaitsFor::Socket,
        Step::Wait(_) | Step::Only(_) => WaitsFor::Timer,
        Step::SqliteSelect(_) | Step::ReadFile(_) | Step::Compute(_) | Step::Block(_) => {
            WaitsFor::Pool
        }
    }
}

/// What a connection must have prepared: a select for each time that the server sleeps.
fn postgres_waits(steps: &[Step]) -> Vec<Duration> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::PostgresSelect(select) => Some(select.wait),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{BlockingIo, run_ready};
    use crate::computing::{Computes, Computing};

    #[test]
    fn only_some_tasks_go_on_after_a_wait_and_its_end_is_noted_for_all() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 8\nin_flight = 1\nseed = 1\n\
            [[step]]\nonly = { percent = 50, after = \"1ms\" }\n[[step]]\nblock = { duration = \"1ms\" }\n";
        let setup = protocol::Setup {
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            endpoints: protocol::Endpoints::default(),
            workers: 1,
            in_flight: 1,
            blocking: 1,
            switch_interval_us: 5000,
        };
        let work = Arc::new(Work::new(setup, 1));
        let mut lane = run_ready(Lane::open(BlockingIo, &work)).unwrap();
        let mut reference = crate::expected::Reference::default();
        assert_eq!(work.lateness().count(), 0);
        // The last is of the warm-up.
        for index in 0..9 {
            let digest = run_ready(lane.run(&Task::new(1, index))).unwrap();
            assert_eq!(digest, reference.task(&work.setup.workload, index));
        }
        let noted: Vec<u64> = work.lateness().map(|(index, _)| index).collect();
        assert_eq!(noted, (0..8).collect::<Vec<_>>());
    }

    #[derive(Clone)]
    struct Panics;

    impl Computes for Panics {
        async fn compute<I: Io>(&self, _: &I, _: Slices, _: &mut Scratch) -> u64 {
            panic!("in a kernel")
        }
    }

    #[test]
    fn a_step_that_panics_is_an_error_of_its_task() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 9\nin_flight = 2\nseed = 1\n\
            [[step]]\ncompute = { kernel = \"sha256\", size = 1 }\n[[step]]\nwait = { duration = \"1ms\" }\n";
        let setup = protocol::Setup {
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            endpoints: protocol::Endpoints::default(),
            workers: 1,
            in_flight: 2,
            blocking: 1,
            switch_interval_us: 5000,
        };
        let work = Arc::new(Work::new(setup, 2));
        let mut waits = run_ready(Lane::open(BlockingIo, &work)).unwrap();
        let waiting = std::thread::spawn(move || run_ready(waits.run(&Task::new(1, 0))));
        let io = Computing::new(BlockingIo, Panics);
        let mut panics = run_ready(Lane::open(io, &work)).unwrap();
        let error = run_ready(panics.run(&Task::new(1, 1))).unwrap_err();
        assert_eq!(error.to_string(), "task 1: panicked: in a kernel");
        // Without the other lane, the one at the latch is let go, and nothing was proved.
        assert!(waiting.join().unwrap().is_ok());
        assert_eq!(work.alive(), None);
    }
}
