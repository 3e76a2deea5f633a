//! Worker processes that answer requests: each accepts connections by itself, and the parent is asked for nothing but
//! what they used.
//!
//! Workers with an event loop have a socket each on one port (`SO_REUSEPORT`), over which the system deals connections
//! out by their addresses. Were they to wait for one socket, the first that wakes would take most of the connections,
//! and keep them. A worker that blocks has one connection at a time; these wait for one socket, because the system
//! would deal two connections to one of them and none to another.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::Arc;

use runner::protocol::counts;
use runner::{Counts, Error, Knobs, NextLine, Result, Usage};
use workloads::{Error as WorkError, Work};

use crate::message::{Order, Reply, WorkerKind, usage_of};
use crate::workers::Workers;

/// A server of worker processes.
pub(crate) struct Server<B> {
    work: Arc<Work<B>>,
    kind: WorkerKind,
    processes: usize,
    /// None before there are sockets, which they are started with.
    workers: Option<Workers>,
}

impl<B> Server<B> {
    /// A server of so many processes, which are not started yet.
    pub(crate) fn new(work: &Arc<Work<B>>, processes: u64, kind: WorkerKind) -> Self {
        Self {
            work: Arc::clone(work),
            kind,
            processes: usize::try_from(processes).unwrap_or(usize::MAX),
            workers: None,
        }
    }

    fn has_socket_each(&self) -> bool {
        self.kind == WorkerKind::EventLoop
    }

    /// The workers of a server that listens.
    fn workers(&mut self) -> Result<&mut Workers> {
        self.workers
            .as_mut()
            .ok_or_else(|| WorkError::Model("asked before it listens".to_owned()).into())
    }

    /// The standard input of every worker: the socket from which it accepts.
    fn inputs(&self, sockets: Vec<TcpListener>) -> Result<Vec<Stdio>> {
        let each = match sockets.as_slice() {
            [socket] if !self.has_socket_each() => copies(socket, self.processes)
                .map_err(|error| Error::io("cannot share a socket", error))?,
            _ => sockets,
        };
        let inputs = each.into_iter().map(|socket| OwnedFd::from(socket).into());
        Ok(inputs.collect())
    }
}

/// Handles to one socket, one for each process.
fn copies(socket: &TcpListener, processes: usize) -> std::io::Result<Vec<TcpListener>> {
    (0..processes).map(|_| socket.try_clone()).collect()
}

impl<B: Send + Sync> runner::Server for Server<B> {
    fn knobs(&self) -> Knobs {
        let sockets = if self.has_socket_each() {
            "one each on one port (SO_REUSEPORT)"
        } else {
            "one for all"
        };
        Knobs::from([
            ("processes".to_owned(), self.processes.to_string()),
            ("sockets".to_owned(), sockets.to_owned()),
        ])
    }

    fn listeners(&self) -> usize {
        if self.has_socket_each() {
            self.processes
        } else {
            1
        }
    }

    fn listen(&mut self, sockets: Vec<TcpListener>) -> Result<()> {
        let setup = serde_json::to_string(&self.work.setup)
            .map_err(|error| WorkError::Model(format!("cannot write the setup: {error}")))?;
        let mut workers = Workers::start_with(self.inputs(sockets)?.into_iter())?;
        for worker in 0..workers.count() {
            let order = Order::Open {
                setup: setup.clone(),
                lanes: self.work.lanes,
                kind: self.kind,
                gate: None,
                events: None,
            };
            workers.send(worker, order)?;
        }
        workers.receive_from_all(|reply| matches!(reply, Reply::Opened).then_some(()))?;
        self.workers = Some(workers);
        Ok(())
    }

    fn answer(&mut self, order: NextLine) -> Result<String> {
        self.workers()?.line(order)
    }

    fn counts(&mut self) -> Result<Counts> {
        // Asking costs a message to every worker, and only locks have something to count.
        if self.kind != WorkerKind::BlockingUnderLock {
            return Ok(Counts::new());
        }
        let reports = self.workers()?.reports()?;
        let changes = reports.iter().map(|report| report.owner_changes).sum();
        Ok(Counts::from([(counts::OWNER_CHANGES.to_owned(), changes)]))
    }

    fn usage(&mut self) -> Result<Usage> {
        Ok(usage_of(&self.workers()?.reports()?))
    }
}
