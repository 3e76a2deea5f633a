//! The barrier at which all lanes of all workers wait. Each worker stops when its own lanes do; when
//! all workers have stopped, the parent reports it and lets them go on together.

use std::sync::Mutex;

use ipc_channel::ipc::{IpcReceiver, IpcSender, channel};
use runner::{Error, Result};
use workloads::{Shared, TaskBody, Work};

use crate::message::Reply;

/// The parent's side.
#[derive(Default)]
pub(crate) struct Barrier {
    /// One for each worker: a message lets it go on.
    gates: Vec<IpcSender<()>>,
    stopped: usize,
}

impl Barrier {
    /// A gate for one more worker: the end that this worker is given.
    pub(crate) fn gate(&mut self) -> Result<IpcReceiver<()>> {
        let (gate, opened) =
            channel().map_err(|error| Error::io("cannot open a channel", error))?;
        self.gates.push(gate);
        Ok(opened)
    }

    /// One more worker has stopped. After the last this reports that all lanes of `work` wait, and lets
    /// all workers go on.
    pub(crate) fn stopped(&mut self, work: &Shared) {
        self.stopped += 1;
        if self.stopped == self.gates.len() {
            work.report_all_alive();
            for gate in &self.gates {
                // A worker that is gone is reported where results are received, with its exit status.
                let _ = gate.send(());
            }
        }
    }
}

/// Work that stops when all lanes of this worker wait: it says so to the parent, and goes on when
/// `gate` opens.
pub(crate) fn stopping<B: TaskBody>(
    work: Work<B>,
    gate: IpcReceiver<()>,
    replies: IpcSender<Reply>,
) -> Work<B> {
    let ends = Mutex::new((gate, replies));
    work.observed(move || {
        if let Ok(ends) = ends.lock() {
            let (gate, replies) = &*ends;
            // Where the parent is gone, both fail at once, and the worker ends with its orders.
            let _ = replies.send(Reply::AllWait);
            let _ = gate.recv();
        }
    })
}
