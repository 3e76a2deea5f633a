//! The messages between the parent and its workers. ipc-channel does not check the types of
//! messages, so the first message carries a version.

use std::path::PathBuf;
use std::time::Duration;

use ipc_channel::ipc::{IpcBytesReceiver, IpcBytesSender, IpcReceiver, IpcSender};
use runner::Usage;
use runner::protocol::ContextSwitches;
use serde::{Deserialize, Serialize};

/// The version of these messages; it changes whenever they do.
pub(crate) const VERSION: u32 = 6;

/// The first message, from the worker.
#[derive(Serialize, Deserialize)]
pub(crate) enum Hello {
    /// A worker, and the two channels to it.
    Worker {
        version: u32,
        orders: IpcSender<Order>,
        replies: IpcReceiver<Reply>,
    },
    /// Sent by the parent to itself when the worker has ended before its hello.
    Nobody,
}

/// What the parent sends to a worker. The worker ends when the channel does.
#[derive(Serialize, Deserialize)]
pub(crate) enum Order {
    /// Open the lanes. The setup is JSON, because some of its types can be read only from formats
    /// that describe themselves, and ipc-channel's does not.
    Open {
        setup: String,
        lanes: u64,
        kind: WorkerKind,
        /// The gate of the barrier at which all lanes wait, where the run stops there.
        gate: Option<IpcReceiver<()>>,
        /// The events of a trace that this worker has room for, where the run is recorded.
        events: Option<u64>,
    },
    /// Send every message back. No other order follows.
    Answer {
        asked: IpcBytesReceiver,
        answers: IpcBytesSender,
    },
    /// Do these tasks, in any order.
    Tasks { first: u64, count: u64 },
    /// Do this task, which ought to start at this time of `CLOCK_MONOTONIC`.
    Arrival { index: u64, intended_ns: u64 },
    /// Record what you do from now on: the measured phase begins.
    BeginTrace,
    /// Report what you have used so far. The measured phase of a recorded run has ended with the first after its begin.
    Report,
    /// Write what you have recorded to this file; `name` says who you are. No tasks follow.
    WriteTrace { file: PathBuf, name: String },
}

/// How a worker carries out its tasks.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WorkerKind {
    /// One lane, whose calls block the worker's only thread.
    Blocking,
    /// The same, under an interpreter lock of its own.
    BlockingUnderLock,
    /// Many lanes on the event loop of one thread.
    EventLoop,
}

/// What a worker sends to the parent.
#[derive(Serialize, Deserialize)]
pub(crate) enum Reply {
    Opened,
    /// All lanes of the worker wait, and it has stopped there.
    AllWait,
    Done(Vec<Record>),
    Report(Report),
    TraceBegun,
    TraceWritten,
    Failed(String),
}

/// One task done.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) index: u64,
    pub(crate) latency_ns: u64,
    pub(crate) digest: u64,
    /// The intended and the actual start of a task of an open loop, in nanoseconds of
    /// `CLOCK_MONOTONIC`.
    pub(crate) arrival: Option<(u64, u64)>,
}

/// What a worker has used since it began.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) cpu_ns: u64,
    pub(crate) voluntary: u64,
    pub(crate) involuntary: u64,
    pub(crate) threads: u64,
    pub(crate) run_queue_wait_ns: u64,
    /// How often its interpreter lock has changed hands; 0 if it has none.
    pub(crate) owner_changes: u64,
    /// The most waiting tasks that were alive at once: their number, and the beginning and the end
    /// of that time.
    pub(crate) alive: Option<(u64, u64, u64)>,
}

/// What several workers used together.
pub(crate) fn usage_of(reports: &[Report]) -> Usage {
    let none = Usage {
        processes: reports.len() as u64,
        ..Usage::default()
    };
    reports.iter().fold(none, |sum, report| {
        sum + Usage {
            cpu: Duration::from_nanos(report.cpu_ns),
            switches: ContextSwitches {
                voluntary: report.voluntary,
                involuntary: report.involuntary,
            },
            run_queue_wait: Duration::from_nanos(report.run_queue_wait_ns),
            threads: report.threads,
            processes: 0,
        }
    })
}
