//! Starting worker processes, and noticing those that end before they have said a word.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use runner::{Error, Result};

use crate::message::{Hello, Order, Reply, VERSION};
use crate::worker::WORKER_ARGUMENT;

/// How often a worker that has not said hello is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A worker process and the channels to it.
pub(crate) struct Worker {
    pub(crate) number: u64,
    pub(crate) child: Child,
    pub(crate) orders: IpcSender<Order>,
}

/// A process that was started and has not said hello yet.
pub(crate) struct Starting {
    number: u64,
    child: Child,
    name: String,
    hello: Receiver<std::result::Result<Hello, String>>,
}

impl Starting {
    /// Executes this program again as a worker.
    pub(crate) fn begin(number: u64) -> Result<Self> {
        let failed = |error| Error::io(format!("cannot start worker process {number}"), error);
        let (server, name) = IpcOneShotServer::<Hello>::new().map_err(failed)?;
        let program = std::env::current_exe().map_err(failed)?;
        let child = Command::new(program)
            .args([WORKER_ARGUMENT, &name, &std::process::id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (sender, hello) = channel();
        let accept = move || {
            let accepted = server.accept().map(|(_, hello)| hello);
            // Nobody waits any more where the parent has given up.
            let _ = sender.send(accepted.map_err(|error| error.to_string()));
        };
        std::thread::Builder::new().spawn(accept).map_err(failed)?;
        Ok(Self {
            number,
            child,
            name,
            hello,
        })
    }

    /// Waits for its hello, or for its end.
    pub(crate) fn finish(mut self) -> Result<(Worker, IpcReceiver<Reply>)> {
        let hello = loop {
            match self.hello.recv_timeout(LOOK) {
                Ok(hello) => break hello,
                Err(RecvTimeoutError::Disconnected) => break Err("nobody accepts".to_owned()),
                Err(RecvTimeoutError::Timeout) => self.still_alive()?,
            }
        };
        let Self { number, child, .. } = self;
        match hello {
            Ok(Hello::Worker {
                version: VERSION,
                orders,
                replies,
            }) => Ok((
                Worker {
                    number,
                    child,
                    orders,
                },
                replies,
            )),
            Ok(_) => Err(broken(number, &child, "said hello in another version")),
            Err(problem) => Err(broken(number, &child, &problem)),
        }
    }

    fn still_alive(&mut self) -> Result<()> {
        let Ok(Some(status)) = self.child.try_wait() else {
            return Ok(());
        };
        // `accept` waits for ever for a worker that has died: say hello in its place.
        if let Ok(sender) = IpcSender::connect(self.name.clone()) {
            let _ = sender.send(Hello::Nobody);
        }
        Err(broken(
            self.number,
            &self.child,
            &format!("ended before it was ready: {status}"),
        ))
    }
}

/// The error that names a worker.
pub(crate) fn broken(number: u64, child: &Child, problem: &str) -> Error {
    let pid = child.id();
    workloads::Error::Model(format!("worker process {number} (pid {pid}) {problem}")).into()
}
