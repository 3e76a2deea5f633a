//! The synchronous `postgres` crate, a thread per connection.

use std::sync::Arc;
use std::time::Instant;

use postgres::{Client, Config, NoTls, Statement};
use runner::{Knobs, Model, Recorder, Result, Running};
use workloads::{TaskQueue, Tasks, Work};

use crate::select::{Select, digest_of, failed};

pub(crate) struct Postgres;

impl Model for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        Ok(Box::new(Threads {
            work: Arc::clone(work),
            select: Select::of(&work.setup)?,
            connections: Vec::new(),
        }))
    }
}

struct Threads {
    work: Arc<Work>,
    select: Select,
    connections: Vec<(Client, Statement)>,
}

impl Running for Threads {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        let config = Config::from(self.select.config()?);
        for _ in 0..self.work.lanes {
            let mut client = config.connect(NoTls).map_err(failed)?;
            let statement = client.prepare(&self.select.text).map_err(failed)?;
            self.connections.push((client, statement));
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let (work, select, queue) = (&*self.work, &self.select, &tasks.queue());
        std::thread::scope(|scope| {
            let drivers = self.connections.iter_mut();
            let drivers: Vec<_> = drivers
                .map(|connection| scope.spawn(|| drive(connection, work, select, queue, record)))
                .collect();
            drivers
                .into_iter()
                .try_for_each(|driver| driver.join().expect("no panic"))
        })
        .map_err(failed)
    }
}

fn drive(
    (client, statement): &mut (Client, Statement),
    work: &Work,
    select: &Select,
    queue: &TaskQueue,
    record: &Recorder,
) -> std::result::Result<(), postgres::Error> {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        let row = client.query_one(&*statement, &[&select.id(&task)]);
        let found = row.and_then(|row| row.try_get(0).map(digest_of));
        let digest = found.inspect_err(|_| queue.close())?;
        let end = Instant::now();
        record.record(&task, end - start, digest);
        start = end;
        if work.is_warm_up(&task) {
            // The others are for the other connections.
            break;
        }
    }
    Ok(())
}
