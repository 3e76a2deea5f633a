//! The built-in steps of a task, carried out over a lane's connections, handles and buffers. This is the
//! only place that does.

use std::future::Future;
use std::time::Duration;

use protocol::{
    Compute, Connection, HttpGet, Only, PostgresSelect, ReadFile, SqliteSelect, Step, WaitsFor,
    Workload,
};

use crate::body::TaskBody;
use crate::clock::monotonic_ns;
use crate::digest::mix;
use crate::error::{Error, Result};
use crate::files;
use crate::http::HttpClient;
use crate::io::{Address, Io};
use crate::kernel::{Scratch, Slices};
use crate::postgres::PostgresClient;
use crate::shared::Shared;
use crate::sqlite::{Sqlite, row_id};
use crate::task::Task;
use crate::trace;

/// Tasks of built-in steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps;

impl TaskBody for Steps {
    /// Nothing in lanes that only wait, of which there may be a million.
    type Kept<I: Io> = Option<Box<Kept<I::Stream>>>;

    fn can_do(workload: &Workload) -> std::result::Result<(), &'static str> {
        match workload.work {
            None => Ok(()),
            Some(_) => Err("this program carries out steps, and the workload is own work"),
        }
    }

    fn open<I: Io>(
        &self,
        io: &I,
        kept: &mut Self::Kept<I>,
        shared: &Shared,
    ) -> impl Future<Output = Result<()>> + Send {
        Carrier { io, kept, shared }.open()
    }

    fn task<I: Io>(
        &self,
        io: &I,
        kept: &mut Self::Kept<I>,
        shared: &Shared,
        task: &Task,
    ) -> impl Future<Output = Result<u64>> + Send {
        Carrier { io, kept, shared }.task(task)
    }

    fn number<I: Io>(kept: &Self::Kept<I>) -> Option<u32> {
        kept.as_ref().map(|kept| kept.number)
    }

    fn set_number<I: Io>(kept: &mut Self::Kept<I>, number: u32) {
        kept.get_or_insert_default().number = number;
    }
}

/// What a lane keeps from one task of steps to the next.
#[derive(Debug)]
pub struct Kept<S> {
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

/// What steps use: the parts of a lane, and what all lanes share.
struct Carrier<'a, I: Io> {
    io: &'a I,
    kept: &'a mut Option<Box<Kept<I::Stream>>>,
    shared: &'a Shared,
}

impl<I: Io> Carrier<'_, I> {
    async fn open(mut self) -> Result<()> {
        // Here and not with the first task, so that connecting is not part of any latency. What a
        // step opens anew for each task is part of it, and is left out here.
        for step in &self.shared.setup.workload.steps {
            match step {
                Step::HttpGet(get) if get.connection == Connection::KeepAlive => {
                    self.connect_http().await?;
                }
                Step::PostgresSelect(select) if select.connection == Connection::KeepAlive => {
                    self.connect_postgres().await?;
                }
                Step::SqliteSelect(_) => self.open_sqlite().await?,
                _ => {}
            }
        }
        Ok(())
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn keeps its arguments twice"
    )]
    fn task(mut self, task: &Task) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let mut digest = 0;
            for (number, step) in self.shared.setup.workload.steps.iter().enumerate() {
                trace::may_wait_for(waits_for(step));
                let value = match step {
                    Step::Wait(wait) => {
                        let latch = self.shared.latch(task.index);
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
                    Step::Compute(compute) => {
                        Ok(self.compute(compute, task.step_seed(number)).await)
                    }
                    Step::Block(block) => {
                        self.block(block.duration).await;
                        Ok(task.step_seed(number))
                    }
                    Step::Only(only) => {
                        self.only(only, task).await;
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
    }

    /// Waits, and notes how late that ended.
    async fn only(&mut self, only: &Only, task: &Task) {
        let began_ns = monotonic_ns();
        self.io.sleep(only.after).await;
        self.shared
            .note_lateness(task.index, monotonic_ns() - began_ns, only.after);
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
            .shared
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
        let setup = &self.shared.setup;
        let server = setup
            .endpoints
            .postgres
            .as_ref()
            .ok_or(Error::NoEndpoint("a PostgreSQL server"))?;
        let stream = connect_to(self.io, &server.address)
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
        let endpoints = &self.shared.setup.endpoints;
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
        let setup = &self.shared.setup;
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
    use std::sync::Arc;

    use super::*;
    use crate::blocking::{BlockingIo, run_ready};
    use crate::expected::Reference;
    use crate::lane::Lane;
    use crate::work::Work;

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
        let mut reference = Reference::default();
        assert_eq!(work.lateness().count(), 0);
        // The last is of the warm-up.
        for index in 0..9 {
            let digest = run_ready(lane.run(&Task::new(1, index))).unwrap();
            assert_eq!(digest, reference.task(&work.setup.workload, index));
        }
        let noted: Vec<u64> = work.lateness().map(|(index, _)| index).collect();
        assert_eq!(noted, (0..8).collect::<Vec<_>>());
    }
}
