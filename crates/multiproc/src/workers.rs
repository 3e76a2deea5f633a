//! The worker processes of one run: orders go out, replies come in, and a worker that ends in
//! mid-run becomes an error that names it.

use std::collections::HashMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use ipc_channel::ipc::{IpcReceiver, IpcReceiverSet, IpcSelectionResult, IpcSender, channel};
use runner::{Error, NextLine, Result};
use workloads::Error as WorkError;

use crate::message::{Order, Reply, Report};
use crate::sending;
use crate::start::{Starting, Worker, broken};

/// How long workers may take to end by themselves.
const GRACE: Duration = Duration::from_secs(1);
/// The interval at which a worker is checked for having ended.
const LOOK: Duration = Duration::from_micros(200);

/// The worker processes of one run. Dropping it ends them.
pub(crate) struct Workers {
    workers: Vec<Worker>,
    replies: IpcReceiverSet,
    /// The position of the worker that each channel of the set belongs to.
    senders: HashMap<u64, usize>,
    /// Which workers have closed their channels. The channels tell it once.
    closed: Vec<bool>,
}

/// What one look at the channels shows.
struct Arrived {
    /// Replies with the positions of their workers; `None` for one that cannot be read.
    replies: Vec<(usize, Option<Reply>)>,
    /// The positions of workers whose channels were closed now.
    closed: Vec<usize>,
    /// The line of standard input that was waited for.
    line: Option<String>,
}

impl Workers {
    /// Starts all processes at once, and waits for each to say hello.
    pub(crate) fn start(processes: u64) -> Result<Self> {
        Self::start_with((0..processes).map(|_| Stdio::null()))
    }

    /// The same with a process for each of these, as its standard input.
    pub(crate) fn start_with(inputs: impl Iterator<Item = Stdio>) -> Result<Self> {
        let mut workers = Self {
            workers: Vec::new(),
            replies: IpcReceiverSet::new().map_err(cannot_listen)?,
            senders: HashMap::new(),
            closed: Vec::new(),
        };
        // All processes are started before the first is waited for, so that they start side by
        // side.
        let starting: Vec<_> = (0..)
            .zip(inputs)
            .map(|(number, input)| Starting::begin_with(number, input))
            .collect::<Result<_>>()?;
        for process in starting {
            let (worker, receiver) = process.finish()?;
            workers.add(worker, receiver)?;
        }
        Ok(workers)
    }

    fn add(&mut self, worker: Worker, receiver: IpcReceiver<Reply>) -> Result<()> {
        let id = self.replies.add(receiver).map_err(cannot_listen)?;
        self.senders.insert(id, self.workers.len());
        self.workers.push(worker);
        self.closed.push(false);
        Ok(())
    }

    /// The number of workers.
    pub(crate) fn count(&self) -> usize {
        self.workers.len()
    }

    /// The channel on which a worker takes orders.
    pub(crate) fn orders(&self, worker: usize) -> IpcSender<Order> {
        self.workers[worker].orders.clone()
    }

    /// Sends an order to one worker.
    pub(crate) fn send(&mut self, worker: usize, order: Order) -> Result<()> {
        let Worker {
            number,
            child,
            orders,
        } = &self.workers[worker];
        match sending::send(orders, order) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.last_words(worker)),
            Err(error) => Err(broken(
                *number,
                child,
                &format!("cannot be sent an order: {error}"),
            )),
        }
    }

    /// Waits until replies have arrived; the replies with the positions of their workers.
    ///
    /// # Errors
    /// When a worker has failed, has ended, or has sent what cannot be read.
    pub(crate) fn receive(&mut self) -> Result<Vec<(usize, Reply)>> {
        let Arrived {
            replies, closed, ..
        } = self.select()?;
        self.judge(replies, &closed)
    }

    /// Waits for a line of standard input; replies that nobody waits for end the wait.
    ///
    /// # Errors
    /// As those of [`Workers::receive`].
    pub(crate) fn line(&mut self, next: NextLine) -> Result<String> {
        // The line comes over a channel of the set, so that one wait is for both.
        let (sender, receiver) = channel().map_err(cannot_listen)?;
        self.replies.add(receiver).map_err(cannot_listen)?;
        std::thread::Builder::new()
            .spawn(move || sender.send(next.wait()))
            .map_err(WorkError::Spawn)?;
        loop {
            let Arrived {
                replies,
                closed,
                line,
            } = self.select()?;
            if let Some((worker, _)) = self.judge(replies, &closed)?.first() {
                return Err(self.unexpected(*worker));
            }
            if let Some(line) = line {
                return Ok(line);
            }
        }
    }

    /// The replies, unless a worker has failed, has ended, or has sent what cannot be read.
    fn judge(
        &mut self,
        replies: Vec<(usize, Option<Reply>)>,
        closed: &[usize],
    ) -> Result<Vec<(usize, Reply)>> {
        // A worker's own error comes before everything else: it is the cause, and the end of that
        // worker or of another is only its consequence.
        if let Some(problem) = failure(&replies) {
            return Err(problem);
        }
        if let Some(worker) = closed.first() {
            return Err(self.ended(*worker));
        }
        replies
            .into_iter()
            .map(|(worker, reply)| match reply {
                Some(reply) => Ok((worker, reply)),
                None => Err(self.unexpected(worker)),
            })
            .collect()
    }

    /// Waits until every worker has replied once; what `take` makes of the replies.
    pub(crate) fn receive_from_all<T>(
        &mut self,
        take: impl Fn(Reply) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut taken = Vec::new();
        while taken.len() < self.workers.len() {
            for (worker, reply) in self.receive()? {
                taken.push(take(reply).ok_or_else(|| self.unexpected(worker))?);
            }
        }
        Ok(taken)
    }

    /// Asks every worker what it has used so far.
    pub(crate) fn reports(&mut self) -> Result<Vec<Report>> {
        // All are asked before the first answer is awaited, so that they answer side by side.
        for worker in 0..self.workers.len() {
            self.send(worker, Order::Report)?;
        }
        self.receive_from_all(|reply| match reply {
            Reply::Report(report) => Some(report),
            _ => None,
        })
    }

    /// The error of a worker that has sent a reply to something else.
    pub(crate) fn unexpected(&self, worker: usize) -> Error {
        let Worker { number, child, .. } = &self.workers[worker];
        broken(*number, child, "sent what it was not asked for")
    }

    /// Why a worker takes no more orders: the error that it sent before it ended, or how it ended.
    fn last_words(&mut self, worker: usize) -> Error {
        // A worker that has closed its channels sends nothing any more, so there is nothing to wait for.
        while !self.closed[worker] {
            let Ok(Arrived { replies, .. }) = self.select() else {
                break;
            };
            if let Some(problem) = failure(&replies) {
                return problem;
            }
        }
        self.ended(worker)
    }

    /// The error of a worker that has ended.
    fn ended(&mut self, worker: usize) -> Error {
        let Worker { number, child, .. } = &mut self.workers[worker];
        let how = match child.wait() {
            Ok(status) => format!("ended in mid-run: {status}"),
            Err(error) => format!("cannot be waited for: {error}"),
        };
        broken(*number, child, &how)
    }

    /// Waits until something has arrived.
    fn select(&mut self) -> Result<Arrived> {
        let (mut replies, mut closed, mut line) = (Vec::new(), Vec::new(), None);
        for event in self.replies.select().map_err(cannot_listen)? {
            match event {
                IpcSelectionResult::MessageReceived(id, message) => match self.senders.get(&id) {
                    Some(worker) => replies.push((*worker, message.to::<Reply>().ok())),
                    None => line = message.to::<String>().ok(),
                },
                IpcSelectionResult::ChannelClosed(id) => {
                    // That of a line ends with it.
                    if let Some(worker) = self.senders.get(&id) {
                        self.closed[*worker] = true;
                        closed.push(*worker);
                    }
                }
            }
        }
        Ok(Arrived {
            replies,
            closed,
            line,
        })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // A worker ends when its orders do. Dropping all channels first lets the workers end side
        // by side instead of one after the other.
        let mut children: Vec<_> = self.workers.drain(..).map(|worker| worker.child).collect();
        let deadline = Instant::now() + GRACE;
        for child in &mut children {
            while matches!(child.try_wait(), Ok(None)) {
                // A worker that computes does not see the end of its orders until it has finished.
                if Instant::now() >= deadline {
                    let _ = child.kill();
                    let _ = child.wait();
                    break;
                }
                std::thread::sleep(LOOK);
            }
        }
    }
}

/// The first error that a worker has sent.
fn failure(replies: &[(usize, Option<Reply>)]) -> Option<Error> {
    replies.iter().find_map(|(_, reply)| match reply {
        Some(Reply::Failed(problem)) => Some(WorkError::Model(problem.clone()).into()),
        _ => None,
    })
}

fn cannot_listen(error: impl std::fmt::Display) -> Error {
    WorkError::Model(format!("ipc-channel: cannot listen: {error}")).into()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use ipc_channel::ipc::channel;

    use super::*;

    /// A worker without a program, and what a program would hold: its orders and its replies.
    fn worker(
        number: u64,
    ) -> (
        Worker,
        IpcReceiver<Reply>,
        IpcReceiver<Order>,
        IpcSender<Reply>,
    ) {
        let (orders, incoming) = channel().unwrap();
        let (outgoing, replies) = channel().unwrap();
        let mut child = Command::new("true").spawn().unwrap();
        // Until it has ended it holds copies of the ends of other workers, which nobody else closes.
        child.wait().unwrap();
        let worker = Worker {
            number,
            child,
            orders,
        };
        (worker, replies, incoming, outgoing)
    }

    #[test]
    fn a_worker_whose_end_was_seen_before_an_order_failed_is_not_waited_for() {
        let mut workers = Workers {
            workers: Vec::new(),
            replies: IpcReceiverSet::new().unwrap(),
            senders: HashMap::new(),
            closed: Vec::new(),
        };
        let (ended, replies, incoming, outgoing) = worker(0);
        workers.add(ended, replies).unwrap();
        // This one lives, so that waiting for the first would never end.
        let (alive, replies, _incoming, _outgoing) = worker(1);
        workers.add(alive, replies).unwrap();
        outgoing.send(Reply::Done(Vec::new())).unwrap();
        drop((incoming, outgoing));
        while !workers.closed[0] {
            workers.select().unwrap();
        }
        let error = workers.send(0, Order::Report).unwrap_err().to_string();
        assert!(error.contains("worker process 0"), "{error}");
        assert!(error.contains("ended in mid-run"), "{error}");
    }
}
