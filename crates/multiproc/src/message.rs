//! What parent and workers say to each other. ipc-channel checks no types, so the first message
//! carries a version.

use std::time::Duration;

use ipc_channel::ipc::{IpcBytesReceiver, IpcBytesSender, IpcReceiver, IpcSender};
use runner::Usage;
use runner::protocol::ContextSwitches;
use serde::{Deserialize, Serialize};

/// Changes with every change of these messages.
pub(crate) const VERSION: u32 = 2;

/// The first message, from the worker.
#[derive(Serialize, Deserialize)]
pub(crate) enum Hello {
    /// A worker, and the two channels to it.
    Worker {
        version: u32,
        orders: IpcSender<Order>,
        replies: IpcReceiver<Reply>,
    },
    /// Sent by the parent to itself, when the worker will not come any more.
    Nobody,
}

/// From the parent to a worker; the end of the channel ends the worker.
#[derive(Serialize, Deserialize)]
pub(crate) enum Order {
    /// Open the lanes; the setup is JSON, because its reader wants to know its types.
    Open {
        setup: String,
        lanes: u64,
        event_loop: bool,
        /// Whether the worker has an interpreter lock.
        gil: bool,
    },
    /// Send back whatever comes; nothing else will be ordered.
    Answer {
        asked: IpcBytesReceiver,
        answers: IpcBytesSender,
    },
    /// Do these tasks, in any order.
    Tasks { first: u64, count: u64 },
    /// Do this task, which ought to start at this time of `CLOCK_MONOTONIC`.
    Arrival { index: u64, intended_ns: u64 },
    /// Tell what you have used so far.
    Report,
}

/// From a worker to the parent.
#[derive(Serialize, Deserialize)]
pub(crate) enum Reply {
    Opened,
    Done(Vec<Record>),
    Report(Report),
    Failed(String),
}

/// One task done.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) index: u64,
    pub(crate) latency_ns: u64,
    pub(crate) digest: u64,
    /// Of an open loop: when it ought to have started, and when it did.
    pub(crate) arrival: Option<(u64, u64)>,
}

/// What a worker used since it began.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) cpu_ns: u64,
    pub(crate) voluntary: u64,
    pub(crate) involuntary: u64,
    pub(crate) threads: u64,
    pub(crate) run_queue_wait_ns: u64,
    /// How often its interpreter lock has changed hands, where it has one.
    pub(crate) owner_changes: u64,
    /// Waiting tasks that were alive at once: how many, from, until.
    pub(crate) alive: Option<(u64, u64, u64)>,
}

/// What so many workers used together.
pub(crate) fn usage_of(reports: &[Report]) -> Usage {
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).sum();
    Usage {
        cpu: Duration::from_nanos(sum(|report| report.cpu_ns)),
        switches: ContextSwitches {
            voluntary: sum(|report| report.voluntary),
            involuntary: sum(|report| report.involuntary),
        },
        run_queue_wait: Duration::from_nanos(sum(|report| report.run_queue_wait_ns)),
        threads: sum(|report| report.threads),
        processes: reports.len() as u64,
    }
}
