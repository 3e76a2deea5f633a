//! A thread per connection, each of which takes task after task: the driver of the blocking twins.

use std::sync::Arc;
use std::time::Instant;

use runner::{Knobs, Recorder, Result, Running};
use workloads::{Error as WorkError, Task, TaskQueue, Tasks, Work};

/// A task over a connection, with calls that block.
pub(crate) trait Exchange: Send + Sync + 'static {
    /// A connection with its buffers.
    type Connection: Send + 'static;

    /// Opens a connection.
    fn connect(&self) -> Result<Self::Connection>;

    /// Does a task over a connection; the task's digest.
    fn exchange(&self, connection: &mut Self::Connection, task: &Task) -> Result<u64>;
}

/// The connections of one run. Their threads live as long as a phase.
pub(crate) struct Threads<E: Exchange> {
    exchange: E,
    work: Arc<Work>,
    connections: Vec<E::Connection>,
}

impl<E: Exchange> Threads<E> {
    pub(crate) fn start(exchange: E, work: &Arc<Work>) -> Box<dyn Running> {
        Box::new(Self {
            exchange,
            work: Arc::clone(work),
            connections: Vec::new(),
        })
    }
}

impl<E: Exchange> Running for Threads<E> {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        let connections = (0..self.work.lanes).map(|_| self.exchange.connect());
        self.connections = connections.collect::<Result<_>>()?;
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let (exchange, work, queue) = (&self.exchange, &*self.work, &tasks.queue());
        std::thread::scope(|scope| {
            // Collected, because a lazy iterator would join each thread before it starts the next.
            let drivers: Vec<_> = self
                .connections
                .iter_mut()
                .map(|connection| scope.spawn(|| drive(exchange, connection, work, queue, record)))
                .collect();
            drivers.into_iter().try_for_each(|driver| {
                driver.join().unwrap_or_else(|_| {
                    Err(WorkError::Model("a thread panicked".to_owned()).into())
                })
            })
        })
    }
}

/// Takes task after task until there are none; after an error the other threads get none either.
fn drive<E: Exchange>(
    exchange: &E,
    connection: &mut E::Connection,
    work: &Work,
    queue: &TaskQueue,
    record: &Recorder,
) -> Result<()> {
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        let digest = exchange
            .exchange(connection, &task)
            .inspect_err(|_| queue.close())?;
        let end = Instant::now();
        record.record(&task, end - start, digest);
        start = end;
        if work.is_warm_up(&task) {
            // Every connection must be warmed up, so none may take a second warm-up task.
            break;
        }
    }
    Ok(())
}
