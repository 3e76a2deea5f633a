//! The messages of one run and of one service, one JSON object a line. Their order and meaning
//! are in `docs/FORMAT.md`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::elsewhere::Elsewhere;
use crate::step::Cache;
use crate::workload::Workload;

/// The line that lets a runner go on, after `ready` and after `held`.
pub const ORDER_GO: &str = "go";

/// The line that ends the measured part of a run that serves, after the last answer.
pub const ORDER_STOP: &str = "stop";

/// The line that asks the origin how many requests for a body it has answered so far, and the service of
/// pulses how many it was asked for.
pub const ORDER_ANSWERED: &str = "answered";

/// The first line that a runner reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// [`crate::VERSION`].
    pub protocol: u32,
    /// Which variant of the model, without the model's name: `pool`.
    pub variant: String,
    /// Everything that the model is set up with.
    pub setup: Setup,
    /// How many of the workload's tasks run: all, or a prefix of them.
    pub tasks: u64,
    /// Whether the runner stops at its barriers (`held`) so that its memory can be read.
    pub hold: bool,
    /// Where to write every task's digest, one per line, if asked for.
    pub digests: Option<PathBuf>,
    /// Where to write the trace of the run, if asked for. It is absent otherwise, so that programs
    /// without traces need not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<PathBuf>,
    /// The process that the program must not outlive; 0 for a request written by hand.
    pub parent: u32,
}

/// What a model is set up with: the same for every variant of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The work.
    pub workload: Workload,
    /// What it is done against.
    pub endpoints: Endpoints,
    /// Threads or processes that compute.
    pub workers: u64,
    /// Lanes wanted; a model with a smaller capacity opens fewer, and says so.
    pub in_flight: u64,
    /// Most threads of a pool for blocking calls, where a model has one.
    pub blocking: u64,
    /// Microseconds after which a thread that waits for an interpreter lock asks for it, where a
    /// model has such a lock; at least 1.
    #[serde(default = "default_switch_interval_us")]
    pub switch_interval_us: u64,
}

/// CPython's own switch interval, in microseconds.
pub const DEFAULT_SWITCH_INTERVAL_US: u64 = 5000;

fn default_switch_interval_us() -> u64 {
    DEFAULT_SWITCH_INTERVAL_US
}

/// Where the services are; only those that the workload needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Endpoints {
    /// Address and port of the HTTP origin.
    pub origin: Option<std::net::SocketAddr>,
    /// The SQLite database file.
    pub sqlite: Option<PathBuf>,
    /// The folder of the file data set.
    pub files: Option<PathBuf>,
    /// The PostgreSQL server.
    pub postgres: Option<PostgresServer>,
    /// Address and port of the service that sends pulses.
    pub pulses: Option<std::net::SocketAddr>,
}

/// A PostgreSQL server that holds the table.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresServer {
    /// `host:port`, or the path of a Unix socket, which begins with `/`.
    pub address: String,
    /// Who connects.
    pub user: String,
    /// The password for SCRAM-SHA-256; a server that trusts us needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The database.
    pub database: String,
    /// The table with columns `id bigint` and `body bytea`, qualified and quoted as SQL wants it.
    pub table: String,
}

/// Hides the password: what is printed for people may be kept by anybody.
impl std::fmt::Debug for PostgresServer {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("PostgresServer")
            .field("address", &self.address)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "hidden"))
            .field("database", &self.database)
            .field("table", &self.table)
            .finish()
    }
}

/// What a runner says, in this order: `ready`, any number of `held`, `done`; where it serves: `ready`, `serving`,
/// at most one `held`, `served`; or `error` at any time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// Connected and warm; waits for [`ORDER_GO`].
    Ready(Ready),
    /// The run stands at a barrier, and waits for [`ORDER_GO`].
    Held {},
    /// The run is over.
    Done(Done),
    /// The meters of a run that serves are read: from now on the requests count.
    Serving {},
    /// A run that serves is over.
    Served(Served),
    /// The run failed.
    Error(Failure),
}

impl Message {
    /// The word that it begins with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ready(_) => "ready",
            Self::Held {} => "held",
            Self::Done(_) => "done",
            Self::Serving {} => "serving",
            Self::Served(_) => "served",
            Self::Error(_) => "error",
        }
    }
}

/// The model is set up, its lanes are open, and they are warm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// [`crate::VERSION`].
    pub protocol: u32,
    /// Name and version of the program.
    pub version: String,
    /// Lanes opened: what may really be in flight.
    pub in_flight: u64,
    /// Nanoseconds from the program's start to a started model, as far as the program can tell.
    pub start_ns: u64,
    /// Nanoseconds to open the lanes.
    pub connect_ns: u64,
    /// Nanoseconds of warm-up.
    pub warm_up_ns: u64,
    /// Every setting that the model chose or was given, as it took effect.
    pub knobs: BTreeMap<String, String>,
    /// Where it listens, where it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listens: Option<std::net::SocketAddr>,
    /// The machines besides this one that its processes are on, where its `model.toml` says `spans_hosts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
}

/// What one run cost a model that serves. How long its answers took and what they were, only those know who
/// asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// Nanoseconds of CPU (user and system, children included) from `serving` to `stop`.
    pub cpu_ns: u64,
    /// Context switches of the same time, children included.
    pub switches: ContextSwitches,
    /// Peak resident memory of the program itself, in bytes, where the system tells.
    pub vm_hwm_bytes: Option<u64>,
    /// Threads started in all processes since the program's start.
    pub threads: u64,
    /// Processes, the program itself included.
    pub processes: u64,
    /// Nanoseconds that threads which are still alive waited for a processor meanwhile, where the system tells.
    #[serde(default)]
    pub run_queue_wait_ns: Option<u64>,
    /// What else was counted, by name.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// Nanoseconds to shut the model down.
    pub shut_down_ns: u64,
}

/// What one run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// Tasks done.
    pub tasks: u64,
    /// Digest of the run: 16 hexadecimal digits.
    pub digest: String,
    /// Nanoseconds from `go` to the last task's end.
    pub elapsed_ns: u64,
    /// Latencies as `[nanoseconds, count]`, ascending.
    pub latency: Vec<(u64, u64)>,
    /// Nanoseconds of CPU (user and system, children included) since the end of warm-up.
    pub cpu_ns: u64,
    /// Context switches since the end of warm-up, children included.
    pub switches: ContextSwitches,
    /// Peak resident memory of the program itself, in bytes, where the system tells.
    pub vm_hwm_bytes: Option<u64>,
    /// Threads started in all processes since the program's start.
    pub threads: u64,
    /// Processes, the program itself included.
    pub processes: u64,
    /// How many tasks were certainly waiting at the same moment, where the workload waits.
    pub alive_at_once: Option<u64>,
    /// Nanoseconds that threads which are still alive waited for a processor, since the end of
    /// warm-up, where the system tells.
    #[serde(default)]
    pub run_queue_wait_ns: Option<u64>,
    /// What else was counted, by name: `owner-changes` of an interpreter lock, `lost` increments,
    /// turns `out-of-order`, marks of units that were `seen`.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// How an open loop went, where the workload has a rate.
    #[serde(default)]
    pub open: Option<OpenLoop>,
    /// Nanoseconds to shut the model down.
    pub shut_down_ns: u64,
}

/// What only an open loop has. Latencies are then from the intended start of each task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenLoop {
    /// Tasks that started more than 1 ms after their intended start: the model's doing.
    pub late_starts: u64,
    /// Tasks that ended within their own waiting and 1 ms after the last one was to start: where the
    /// model keeps up, all but those that were to start last and took longer.
    pub completed_in_time: u64,
    /// Tasks that the pacing thread handed over more than 1 ms late: the machine's doing.
    pub generator_late: u64,
    /// Nanoseconds of CPU that pacing took, not part of `cpu_ns`.
    pub pacing_cpu_ns: u64,
}

/// Times that a thread gave up the processor, or had to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextSwitches {
    /// It waited.
    pub voluntary: u64,
    /// It was pre-empted.
    pub involuntary: u64,
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// What kind of reason.
    pub kind: FailureKind,
    /// The reason, for people.
    pub message: String,
}

/// What a failure means for the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The request cannot be understood or names what is not there.
    Usage,
    /// The model does not do such work.
    Unsupported,
    /// The machine cannot give what the workload needs.
    Unavailable,
    /// It was tried, and went wrong.
    Failed,
}

/// The line that a service reads first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ServiceRequest {
    /// Serve HTTP until standard input is closed.
    Origin {
        /// Port on the loopback address; 0 takes a free one.
        port: u16,
        /// The process that the service must not outlive.
        parent: u32,
    },
    /// Send pulses until standard input is closed.
    Pulses {
        /// Port on the loopback address; 0 takes a free one.
        port: u16,
        /// The process that the service must not outlive.
        parent: u32,
    },
    /// Run a PostgreSQL cluster of its own, or use a server that is there, until standard input is
    /// closed; then remove what was made.
    Postgres {
        /// Rows in the table.
        rows: u64,
        /// `postgres://user:password@host:port/database`: a server that is there already.
        server: Option<String>,
        /// The process that the service must not outlive.
        parent: u32,
    },
    /// See to it that a SQLite table is there, and whole.
    Sqlite {
        /// Folder for data sets; made where it is missing.
        folder: PathBuf,
        /// Rows in the table.
        rows: u64,
    },
    /// See to it that a set of files is there, and whole.
    Files {
        /// Folder for data sets; made where it is missing.
        folder: PathBuf,
        /// How many files.
        files: u64,
        /// Bytes of each.
        bytes: u64,
        /// Data sets for cached and for cold reads are kept apart.
        cache: Cache,
    },
}

/// What a service answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceMessage {
    /// It can be used now.
    Ready(ServiceReady),
    /// How much it has answered so far: the answer to [`ORDER_ANSWERED`].
    Answered(u64),
    /// It cannot.
    Error(Failure),
}

/// Where a service is to be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ServiceReady {
    /// The address of the origin.
    Origin(std::net::SocketAddr),
    /// The address of the service that sends pulses.
    Pulses(std::net::SocketAddr),
    /// The PostgreSQL server.
    Postgres(PostgresServer),
    /// The database file, and whether it had to be made (again).
    Sqlite {
        /// The database file.
        path: PathBuf,
        /// Whether it was made now.
        made: bool,
    },
    /// The folder of the files, and whether any had to be made (again).
    Files {
        /// The folder.
        path: PathBuf,
        /// How many were made now.
        made: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_and_not_shown() {
        let server = PostgresServer {
            address: "/run/socket".to_owned(),
            user: "me".to_owned(),
            password: Some("secret".to_owned()),
            database: "db".to_owned(),
            table: "rows".to_owned(),
        };
        let shown = format!("{server:?}");
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("/run/socket"), "{shown}");
        assert!(serde_json::to_string(&server).unwrap().contains("secret"));
    }
}
