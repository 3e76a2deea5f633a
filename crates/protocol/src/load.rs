//! The messages between the tool and the load generator, one JSON object a line: `docs/FORMAT.md`.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::message::{Failure, OpenLoop};
use crate::serve::Question;
use crate::workload::Workload;

/// The first line that the load generator reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadRequest {
    /// Whom it asks.
    pub server: SocketAddr,
    /// What it asks: a workload of class `serve`.
    pub workload: Workload,
    /// How many of the workload's tasks it asks for: all, or a prefix of them.
    pub tasks: u64,
    /// Connections, each of which is opened before the run and kept.
    pub connections: u64,
    /// What is asked of a server that is no model; a model is asked for the workload's tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Question>,
    /// Where to write the digest of every task, one per line, if asked for.
    pub digests: Option<PathBuf>,
    /// The process that the generator must not outlive; 0 for a request written by hand.
    pub parent: u32,
}

/// What the load generator says, in this order: `ready`, `done`; or `error` at any time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoadMessage {
    /// Connected, and each connection has had an answer; waits for [`crate::ORDER_GO`].
    Ready(LoadReady),
    /// All tasks are answered. The connections stay open until the generator's input is closed.
    Done(Load),
    /// A request was not answered as it must be.
    Error(Failure),
}

/// The connections are open and warm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadReady {
    /// Nanoseconds to open the connections.
    pub connect_ns: u64,
    /// Nanoseconds until each of them had its first answer.
    pub warm_up_ns: u64,
}

/// What the requests of a run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Digest of the run: 16 hexadecimal digits.
    pub digest: String,
    /// Nanoseconds from the first request to the last answer; in an open loop from the intended time of the first.
    pub elapsed_ns: u64,
    /// Latencies as `[nanoseconds, count]`, ascending.
    pub latency: Vec<(u64, u64)>,
    /// How an open loop went, where the workload has a rate.
    pub open: Option<OpenLoop>,
    /// Nanoseconds of CPU that the generator itself took meanwhile.
    pub cpu_ns: u64,
}
