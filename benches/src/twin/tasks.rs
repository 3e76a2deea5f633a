//! tokio's current-thread runtime with an async task per exchange. As in the model, a task that
//! ends spawns the next and hands its connection on.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use runner::{Error, Knobs, Recorder, Result, Running};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use workloads::{Error as WorkError, Task, TaskQueue, Tasks, Work};

/// A task over a connection.
pub(crate) trait Exchange: Clone + Send + Sync + 'static {
    /// A connection with its buffers.
    type Connection: Send + 'static;

    /// Opens a connection.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection>>;

    /// Does a task over a connection; the task's digest.
    fn exchange(
        &self,
        connection: &mut Self::Connection,
        task: &Task,
    ) -> impl Future<Output = Result<u64>> + Send;
}

/// The runtime of one run.
pub(crate) struct CurrentThread<E: Exchange> {
    runtime: Runtime,
    exchange: E,
    work: Arc<Work>,
    connections: Vec<E::Connection>,
}

impl<E: Exchange> CurrentThread<E> {
    pub(crate) fn start(exchange: E, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::io("cannot start a tokio runtime", error))?;
        Ok(Box::new(Self {
            runtime,
            exchange,
            work: Arc::clone(work),
            connections: Vec::new(),
        }))
    }
}

impl<E: Exchange> Running for CurrentThread<E> {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        for _ in 0..self.work.lanes {
            let connection = self.runtime.block_on(self.exchange.connect())?;
            self.connections.push(connection);
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let connections = std::mem::take(&mut self.connections);
        let count = connections.len();
        let (sender, mut ended) = unbounded_channel();
        let shared = Arc::new(Shared {
            exchange: self.exchange.clone(),
            work: Arc::clone(&self.work),
            queue: tasks.queue(),
            record: record.clone(),
            ended: sender,
        });
        self.connections = self.runtime.block_on(async move {
            for connection in connections {
                next(Arc::clone(&shared), connection, Instant::now());
            }
            // With this sender alive, the wait for a task that panicked would never end.
            drop(shared);
            collect(&mut ended, count).await
        })?;
        Ok(())
    }
}

/// What every task needs.
struct Shared<E: Exchange> {
    exchange: E,
    work: Arc<Work>,
    queue: TaskQueue,
    record: Recorder,
    ended: UnboundedSender<Result<E::Connection>>,
}

impl<E: Exchange> Shared<E> {
    fn end(&self, result: Result<E::Connection>) {
        if result.is_err() {
            self.queue.close();
        }
        // The receiver is gone once the first error has been taken.
        let _ = self.ended.send(result);
    }
}

/// Spawns the next task on a connection, or gives it back if there is none.
fn next<E: Exchange>(shared: Arc<Shared<E>>, mut connection: E::Connection, start: Instant) {
    let Some(task) = shared.queue.take() else {
        return shared.end(Ok(connection));
    };
    tokio::spawn(async move {
        match shared.exchange.exchange(&mut connection, &task).await {
            Ok(digest) => {
                let end = Instant::now();
                shared.record.record(&task, end - start, digest);
                if shared.work.is_warm_up(&task) {
                    // Every connection must be warmed up, so none may take a second warm-up task.
                    shared.end(Ok(connection));
                } else {
                    next(shared, connection, end);
                }
            }
            Err(error) => shared.end(Err(error)),
        }
    });
}

/// Waits for every connection to come back.
async fn collect<C>(ended: &mut UnboundedReceiver<Result<C>>, count: usize) -> Result<Vec<C>> {
    let mut connections = Vec::with_capacity(count);
    while connections.len() < count {
        let connection = ended
            .recv()
            .await
            .ok_or_else(|| WorkError::Model("a task panicked".to_owned()))?;
        connections.push(connection?);
    }
    Ok(connections)
}
