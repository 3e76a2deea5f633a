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
/// How long the thread that waits for a hello may take to notice that none comes.
const GRACE: Duration = Duration::from_secs(1);

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
    listener: HelloListener,
}

/// The channel on which one worker says hello. It has a socket in a folder of its own, which goes with the
/// thread that waits there.
struct HelloListener {
    name: String,
    hello: Receiver<std::result::Result<Hello, String>>,
    /// Whether the thread has ended, or is about to.
    is_closed: bool,
}

impl Starting {
    /// Executes this program again as a worker.
    pub(crate) fn begin(number: u64) -> Result<Self> {
        Self::begin_with(number, Stdio::null())
    }

    /// The same with this as its standard input.
    pub(crate) fn begin_with(number: u64, input: Stdio) -> Result<Self> {
        Self::execute(number, input)
            .map_err(|error| Error::io(format!("cannot start worker process {number}"), error))
    }

    fn execute(number: u64, input: Stdio) -> std::io::Result<Self> {
        let (server, name) = IpcOneShotServer::<Hello>::new()?;
        let child = Command::new(std::env::current_exe()?)
            .args([WORKER_ARGUMENT, &name, &std::process::id().to_string()])
            .stdin(input)
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self {
            number,
            child,
            listener: HelloListener::open(server, name)?,
        })
    }

    /// Waits for the worker's hello, or for its end.
    pub(crate) fn finish(mut self) -> Result<(Worker, IpcReceiver<Reply>)> {
        let hello = loop {
            match self.listener.heard() {
                Some(hello) => break hello,
                None => self.still_alive()?,
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
        Err(broken(
            self.number,
            &self.child,
            &format!("ended before it was ready: {status}"),
        ))
    }
}

impl HelloListener {
    fn open(server: IpcOneShotServer<Hello>, name: String) -> std::io::Result<Self> {
        let (sender, hello) = channel();
        // `accept` blocks without a time limit, and would block for ever if the worker died first.
        // In a thread of its own it leaves the parent free to notice that.
        std::thread::Builder::new().spawn(move || {
            let accepted = server.accept().map(|(_, hello)| hello);
            // Nobody listens any more if the parent has given up.
            let _ = sender.send(accepted.map_err(|error| error.to_string()));
        })?;
        Ok(Self {
            name,
            hello,
            is_closed: false,
        })
    }

    /// What was said, if anything was by now.
    fn heard(&mut self) -> Option<std::result::Result<Hello, String>> {
        let heard = match self.hello.recv_timeout(LOOK) {
            Ok(hello) => hello,
            Err(RecvTimeoutError::Disconnected) => Err("nobody accepts".to_owned()),
            Err(RecvTimeoutError::Timeout) => return None,
        };
        self.is_closed = true;
        Some(heard)
    }
}

impl Drop for HelloListener {
    fn drop(&mut self) {
        if self.is_closed {
            return;
        }
        // The thread in `accept` still waits for a worker. A hello in its place ends that thread; were it not
        // waited for, this program could end first and leave the folder of the socket.
        if let Ok(sender) = IpcSender::connect(self.name.clone()) {
            let _ = sender.send(Hello::Nobody);
            let _ = self.hello.recv_timeout(GRACE);
        }
    }
}

/// The error that names a worker.
pub(crate) fn broken(number: u64, child: &Child, problem: &str) -> Error {
    let pid = child.id();
    workloads::Error::Model(format!("worker process {number} (pid {pid}) {problem}")).into()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn folder(starting: &Starting) -> PathBuf {
        let folder = Path::new(&starting.listener.name)
            .parent()
            .unwrap()
            .to_owned();
        assert!(folder.exists());
        folder
    }

    #[test]
    fn a_worker_that_does_not_start_leaves_no_folder() {
        // The program of this test takes no such argument, and ends at once.
        let starting = Starting::begin(0).unwrap();
        let folder = folder(&starting);
        let problem = starting.finish().err().unwrap().to_string();
        assert!(problem.contains("ended before it was ready"), "{problem}");
        assert!(!folder.exists());
    }

    #[test]
    fn a_worker_that_nobody_waits_for_leaves_no_folder() {
        let starting = Starting::begin(0).unwrap();
        let folder = folder(&starting);
        drop(starting);
        assert!(!folder.exists());
    }
}
