//! The built-in steps of a task, carried out over a lane's connections, handles and buffers. This is the
//! only place that does.

mod local;
mod servers;

use std::future::Future;

use protocol::{Connection, Step, WaitsFor, Workload};

use crate::body::TaskBody;
use crate::digest::mix;
use crate::error::Result;
use crate::http::HttpClient;
use crate::io::Io;
use crate::kernel::Scratch;
use crate::library::Called;
use crate::postgres::PostgresClient;
use crate::shared::Shared;
use crate::sqlite::Sqlite;
use crate::task::Task;
use crate::trace;

/// Tasks of built-in steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps;

impl TaskBody for Steps {
    /// Nothing in lanes that only wait, of which there may be a million.
    type Kept<I: Io> = Option<Box<Kept<I::Stream>>>;

    const BUILT_IN: bool = true;

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
    /// The functions of libraries, by the numbers of their steps.
    called: Vec<Option<Called>>,
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
            called: Vec::new(),
            scratch: Scratch::default(),
            number: 0,
        }
    }
}

/// What steps use: the parts of a lane, and what all lanes share.
// A lifetime each, because the futures of a trait capture those of its arguments and no common one.
struct Carrier<'i, 'k, 's, I: Io> {
    io: &'i I,
    kept: &'k mut Option<Box<Kept<I::Stream>>>,
    shared: &'s Shared,
}

impl<I: Io> Carrier<'_, '_, '_, I> {
    async fn open(mut self) -> Result<()> {
        // Here and not with the first task, so that connecting is not part of any latency. What a
        // step opens anew for each task is part of it, and is left out here.
        for (number, step) in self.shared.setup.workload.steps.iter().enumerate() {
            match step {
                Step::HttpGet(get) if get.connection == Connection::KeepAlive => {
                    self.connect_http().await?;
                }
                Step::PostgresSelect(select) if select.connection == Connection::KeepAlive => {
                    self.connect_postgres().await?;
                }
                Step::SqliteSelect(_) => self.open_sqlite().await?,
                Step::Call(call) => self.open_library(call, number).await?,
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
                    Step::Call(call) => self.call(call, number, task).await,
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

    /// What is kept; made by the first step that keeps anything.
    fn kept(&mut self) -> &mut Kept<I::Stream> {
        self.kept.get_or_insert_default()
    }
}

/// What a task waits for in a step, where it waits for anything.
fn waits_for(step: &Step) -> WaitsFor {
    match step {
        Step::HttpGet(_) | Step::PostgresSelect(_) => WaitsFor::Socket,
        Step::Wait(_) | Step::Only(_) => WaitsFor::Timer,
        Step::SqliteSelect(_)
        | Step::ReadFile(_)
        | Step::Compute(_)
        | Step::Block(_)
        | Step::Call(_) => WaitsFor::Pool,
    }
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
            assert_eq!(digest, reference.task(&work.setup.workload, index).unwrap());
        }
        let noted: Vec<u64> = work.lateness().map(|(index, _)| index).collect();
        assert_eq!(noted, (0..8).collect::<Vec<_>>());
    }
}
