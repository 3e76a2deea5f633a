//! The `tokio-postgres` crate on tokio's current-thread runtime with a task per select: as in the
//! model, one that ends spawns the next and hands its connection on.

use std::sync::Arc;
use std::time::Instant;

use runner::{Error, Knobs, Model, Recorder, Result, Running};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_postgres::{Client, Config, NoTls, Statement};
use workloads::{TaskQueue, Tasks, Work};

use crate::select::{Select, digest_of, failed};

pub(crate) struct TokioPostgres;

impl Model for TokioPostgres {
    fn name(&self) -> &'static str {
        "tokio-postgres"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let select = Select::of(&work.setup)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Box::new(CurrentThread {
            runtime: runtime.map_err(failed)?,
            select,
            lanes: work.lanes,
            connections: Vec::new(),
        }))
    }
}

struct CurrentThread {
    runtime: Runtime,
    select: Select,
    lanes: u64,
    connections: Vec<Connection>,
}

type Connection = (Client, Statement);
type Ended = std::result::Result<Connection, tokio_postgres::Error>;

impl Running for CurrentThread {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        let config = self.select.config()?;
        for _ in 0..self.lanes {
            let opening = open(&config, &self.select.text);
            let connection = self.runtime.block_on(opening).map_err(failed)?;
            self.connections.push(connection);
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let connections = std::mem::take(&mut self.connections);
        let count = connections.len();
        let (sender, mut ended) = unbounded_channel();
        let shared = Arc::new(Shared {
            select: self.select.clone(),
            queue: tasks.queue(),
            record: record.clone(),
            ended: sender,
        });
        self.connections = self.runtime.block_on(async move {
            for connection in connections {
                next(Arc::clone(&shared), connection, Instant::now());
            }
            drop(shared);
            collect(&mut ended, count).await
        })?;
        Ok(())
    }
}

/// The library moves a connection's bytes in a task of their own.
async fn open(config: &Config, text: &str) -> Ended {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    let statement = client.prepare(text).await?;
    Ok((client, statement))
}

struct Shared {
    select: Select,
    queue: TaskQueue,
    record: Recorder,
    ended: UnboundedSender<Ended>,
}

fn next(shared: Arc<Shared>, (client, statement): Connection, start: Instant) {
    let Some(task) = shared.queue.take() else {
        let _ = shared.ended.send(Ok((client, statement)));
        return;
    };
    tokio::spawn(async move {
        let id = shared.select.id(&task);
        let found = client.query_one(&statement, &[&id]).await;
        match found.and_then(|row| row.try_get(0).map(digest_of)) {
            Ok(digest) => {
                let end = Instant::now();
                shared.record.record(&task, end - start, digest);
                next(shared, (client, statement), end);
            }
            Err(error) => drop(shared.ended.send(Err(error))),
        }
    });
}

async fn collect(ended: &mut UnboundedReceiver<Ended>, count: usize) -> Result<Vec<Connection>> {
    let mut connections = Vec::with_capacity(count);
    while connections.len() < count {
        let lost = || Error::io("the twin", std::io::Error::other("a task panicked"));
        connections.push(ended.recv().await.ok_or_else(lost)?.map_err(failed)?);
    }
    Ok(connections)
}
