//! The start of worker processes, and the detection of those that end before they have said hello.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use runner::{Error, Result};

use crate::arguments::WORKER_ARGUMENT;
use crate::message::{Hello, Order, Reply, VERSION};

/// The interval at which a worker that has not said hello is checked for being alive.
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
        Self::execute(number)
            .map_err(|error| Error::io(format!("cannot start worker process {number}"), error))
    }

    fn execute(number: u64) -> std::io::Result<Self> {
        let (server, name) = IpcOneShotServer::<Hello>::new()?;
        let child = Command::new(std::env::current_exe()?)
            .args([WORKER_ARGUMENT, &name, &std::process::id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let (sender, hello) = channel();
        // `accept` blocks without a time limit, and would block for ever if the worker died first.
        // In a thread of its own it leaves the parent free to notice that.
        std::thread::Builder::new().spawn(move || {
            let accepted = server.accept().map(|(_, hello)| hello);
            // Nobody listens any more if the parent has given up.
            let _ = sender.send(accepted.map_err(|error| error.to_string()));
        })?;
        Ok(Self {
            number,
            child,
            name,
            hello,
        })
    }

    /// Waits for the worker's hello, or for its end.
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

    /// Fails if the worker has ended.
    fn still_alive(&mut self) -> Result<()> {
        let Ok(Some(status)) = self.child.try_wait() else {
            return Ok(());
        };
        // The thread in `accept` still waits for this worker. A hello in its place ends that
        // thread.
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
