//! A server whose connections are answered by units of a model (threads, async tasks): what a model adds is its
//! [`ServeIo`] and its [`Executor`].

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::Arc;

use workloads::serve::{ServeIo, answer_connection};
use workloads::{Error as WorkError, TaskBody, Work};

use crate::error::{Error, Result};
use crate::executor::Executor;
use crate::input::NextLine;
use crate::model::{Counts, Knobs};
use crate::output::end_with;
use crate::server::Server;

/// Who answers a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepting {
    /// A unit accepts connections, and starts another for each.
    UnitEach,
    /// So many units each accept a connection, answer it to its end, and accept the next.
    Units(u64),
}

/// A server whose connections are answered by units.
pub struct SpawningServer<I: ServeIo, E: Executor, B: TaskBody> {
    parts: Parts<I, B>,
    /// Each accepts connections from a socket of its own.
    executors: Vec<E>,
    accepting: Accepting,
    knobs: Knobs,
}

/// What every unit has.
struct Parts<I, B> {
    io: I,
    work: Arc<Work<B>>,
}

/// A server over `io` with a unit for each connection, and a socket for each executor, of which there is one at
/// least.
pub fn unit_per_connection<I: ServeIo, E: Executor, B: TaskBody>(
    io: I,
    executors: Vec<E>,
    work: &Arc<Work<B>>,
    knobs: Knobs,
) -> Box<dyn Server> {
    let accepting = Accepting::UnitEach;
    Box::new(SpawningServer::new(io, executors, accepting, work, knobs))
}

impl<I: ServeIo, E: Executor, B: TaskBody> SpawningServer<I, E, B> {
    /// A server over `io`, with a socket for each executor, of which there is one at least.
    pub fn new(
        io: I,
        executors: Vec<E>,
        accepting: Accepting,
        work: &Arc<Work<B>>,
        knobs: Knobs,
    ) -> Self {
        let work = Arc::clone(work);
        Self {
            parts: Parts { io, work },
            executors,
            accepting,
            knobs,
        }
    }

    fn start(&self, executor: &E, socket: TcpListener) -> std::io::Result<()> {
        let parts = self.parts.clone();
        match self.accepting {
            Accepting::UnitEach => {
                let starts = executor.clone();
                executor.spawn(async move { parts.accept_for(&starts, socket).await })
            }
            Accepting::Units(count) => (0..count).try_for_each(|_| {
                let (own_parts, own_socket) = (parts.clone(), socket.try_clone()?);
                executor.spawn(async move { own_parts.accept_and_answer(own_socket).await })
            }),
        }
    }
}

impl<I: ServeIo, E: Executor, B: TaskBody> Server for SpawningServer<I, E, B> {
    fn knobs(&self) -> Knobs {
        self.knobs.clone()
    }

    fn listeners(&self) -> usize {
        self.executors.len()
    }

    fn listen(&mut self, sockets: Vec<TcpListener>) -> Result<()> {
        for (executor, socket) in self.executors.iter().zip(sockets) {
            self.start(executor, socket).map_err(WorkError::Spawn)?;
        }
        Ok(())
    }

    fn answer(&mut self, order: NextLine) -> Result<String> {
        // The first drives its own units on this thread, where it has no thread of its own for them.
        Ok(self.executors[0].block_on(order.arrive()))
    }

    fn counts(&mut self) -> Result<Counts> {
        Ok(self.executors[0].counts())
    }
}

impl<I: Clone, B> Clone for Parts<I, B> {
    fn clone(&self) -> Self {
        Self {
            io: self.io.clone(),
            work: Arc::clone(&self.work),
        }
    }
}

impl<I: ServeIo, B: TaskBody> Parts<I, B> {
    /// Accepts connections, and starts a unit for each.
    async fn accept_for<E: Executor>(self, executor: &E, socket: TcpListener) {
        let listener = self.listener(socket);
        loop {
            let stream = self.accept(&listener).await;
            if let Err(error) = executor.spawn(self.clone().answer(stream)) {
                end_with(&WorkError::Spawn(error).into());
            }
        }
    }

    /// Accepts a connection after the other, and answers each to its end.
    async fn accept_and_answer(self, socket: TcpListener) {
        let listener = self.listener(socket);
        loop {
            let stream = self.accept(&listener).await;
            self.clone().answer(stream).await;
        }
    }

    fn listener(&self, socket: TcpListener) -> I::Listener {
        self.io
            .listener(socket)
            .unwrap_or_else(|error| end_with(&Error::io("cannot listen", error)))
    }

    /// The next connection. Nobody would notice the end of this unit, so that an error ends the program.
    async fn accept(&self, listener: &I::Listener) -> I::Stream {
        loop {
            match self.io.accept(listener).await {
                Ok(stream) => return stream,
                // It was gone before it was accepted, or a signal came.
                Err(error) if is_passing(error.kind()) => {}
                Err(error) => end_with(&Error::io("cannot accept a connection", error)),
            }
        }
    }

    async fn answer(self, stream: I::Stream) {
        if let Err(error) = answer_connection(self.io, stream, self.work).await {
            end_with(&error.into());
        }
    }
}

fn is_passing(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted
    )
}
