//! The two sides of the `ping-pong` workload: a worker process that sends every message back, and
//! the handle by which the parent sends messages to it.

use std::hint::black_box;
use std::time::Instant;

use ipc_channel::ipc::{IpcBytesReceiver, IpcBytesSender, IpcReceiver, IpcSender, bytes_channel};
use runner::{Error, Recorder, Result};
use workloads::{TaskQueue, digest};

use crate::message::{Order, Reply, Report};
use crate::start::{Starting, Worker, broken};

/// A worker process that sends every message back, as the parent sees it.
pub(crate) struct Partner {
    worker: Worker,
    replies: IpcReceiver<Reply>,
    there: IpcBytesSender,
    back: IpcBytesReceiver,
}

impl Partner {
    /// Waits for the hello of a process that was started, and opens the channels to it.
    pub(crate) fn start(starting: Starting) -> Result<Self> {
        let (worker, replies) = starting.finish()?;
        let ((there, asked), (answers, back)) = (byte_channel()?, byte_channel()?);
        worker
            .orders
            .send(Order::Answer { asked, answers })
            .map_err(|error| broken(worker.number, &worker.child, &error.to_string()))?;
        Ok(Self {
            worker,
            replies,
            there,
            back,
        })
    }

    /// Sends messages of this size until there are no more tasks.
    ///
    /// # Errors
    /// When the process is gone or sends back something else; the queue is closed for all partners.
    pub(crate) fn ask(&mut self, bytes: usize, queue: &TaskQueue, record: &Recorder) -> Result<()> {
        self.ask_each(bytes, queue, record)
            .inspect_err(|_| queue.close())
    }

    fn ask_each(&mut self, bytes: usize, queue: &TaskQueue, record: &Recorder) -> Result<()> {
        let mut message = vec![0; bytes];
        let mut start = Instant::now();
        while let Some(task) = queue.take() {
            message[..8].copy_from_slice(&task.step_seed(0).to_le_bytes());
            self.there
                .send(&message)
                .map_err(|error| self.broken(&error.to_string()))?;
            message = match self.back.recv() {
                Ok(answer) if answer.len() == bytes => answer,
                Ok(answer) => {
                    return Err(self.broken(&format!("sent {} bytes back", answer.len())));
                }
                Err(error) => return Err(self.broken(&format!("is gone: {error}"))),
            };
            let value = u64::from_le_bytes(message[..8].try_into().unwrap_or_default());
            let end = Instant::now();
            record.record(&task, end - start, digest::of_task([value]));
            start = end;
        }
        Ok(())
    }

    /// What the process has used so far.
    pub(crate) fn report(&self) -> Result<Report> {
        // An empty message is the question. It comes over the channel on which the partner waits
        // anyway, so that answering messages needs no second thread there.
        self.there
            .send(&[])
            .map_err(|error| self.broken(&error.to_string()))?;
        match self.replies.recv() {
            Ok(Reply::Report(report)) => Ok(report),
            _ => Err(self.broken("does not tell what it has used")),
        }
    }

    /// Ends the process and waits for it.
    pub(crate) fn end(self) {
        let Self { worker, there, .. } = self;
        // The partner ends with the channel from which it receives, so it is closed before the
        // wait.
        drop(there);
        drop(worker.orders);
        let mut child = worker.child;
        let _ = child.wait();
    }

    fn broken(&self, problem: &str) -> Error {
        broken(self.worker.number, &self.worker.child, problem)
    }
}

fn byte_channel() -> Result<(IpcBytesSender, IpcBytesReceiver)> {
    bytes_channel().map_err(|error| Error::io("cannot open a channel", error))
}

/// The worker's side: sends every message back until nobody sends or receives any more.
pub(crate) fn answer(
    report: impl Fn() -> Report,
    asked: &IpcBytesReceiver,
    answers: &IpcBytesSender,
    replies: &IpcSender<Reply>,
) {
    while let Ok(message) = asked.recv() {
        let sent = if message.is_empty() {
            replies.send(Reply::Report(report())).is_ok()
        } else {
            answers.send(black_box(&message)).is_ok()
        };
        if !sent {
            return;
        }
    }
}
