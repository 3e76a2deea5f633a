//! What crosses a process boundary in Manyways, and nothing else: the description of a workload,
//! the messages of one run, and the exit codes. `docs/FORMAT.md` describes the same for authors
//! of peers in other languages.
//!
//! Types and their bounds only: it opens no file, no socket and no process.

mod arrivals;
mod call;
mod coordination;
pub mod counts;
mod cpu_time;
mod elsewhere;
mod exit;
mod file;
mod headline;
mod in_flight;
mod levels;
mod listening;
mod load;
mod message;
mod own_work;
mod plain_words;
mod postgres_url;
mod rate;
mod serve;
mod servers;
pub mod splitmix;
mod step;
mod texts;
mod trace;
mod units;
mod workload;

pub use arrivals::arrival_offsets;
pub use call::{Call, CallKind};
pub use coordination::{Coordination, Counter, Echo, Order, PingPong, Spawn, Stall};
pub use cpu_time::{CpuTime, parse_cpu_time};
pub use elsewhere::Elsewhere;
pub use exit::{ExitCode, RunnerExit};
pub use file::{FileError, MAX_FILE_BYTES, Marks, WorkloadFile, parse, parse_file};
pub use headline::Headline;
pub use in_flight::{InFlight, MAX_IN_FLIGHT};
pub use levels::{Levels, LevelsOf};
pub use listening::{LISTEN, listening_address};
pub use load::{Load, LoadMessage, LoadReady, LoadRequest};
pub use message::{
    ContextSwitches, DEFAULT_SWITCH_INTERVAL_US, Done, Endpoints, Failure, FailureKind, Message,
    ORDER_ANSWERED, ORDER_GO, ORDER_STOP, OpenLoop, PostgresServer, Ready, Request, Served,
    ServiceMessage, ServiceReady, ServiceRequest, Setup,
};
pub use own_work::OwnWork;
pub use plain_words::plain_words;
pub use postgres_url::{PostgresUrl, PostgresUrlError};
pub use rate::{Rate, Spread};
pub use serve::{Crc, OwnServer, Question, Serve};
pub use step::{
    Block, Cache, Compute, Connection, HttpGet, Kernel, Only, POSTGRES_CONNECTIONS, PostgresSelect,
    ReadFile, SqliteSelect, Step, Wait,
};
pub use trace::{EVENT_BYTES, Event, Happened, MOST_EVENTS, TRACE_VERSION, TraceHeader, WaitsFor};
pub use units::{format_duration, format_size, parse_duration};
pub use workload::{Class, Workload};

/// The version of the run protocol. A tool and a runner that differ in it refuse each other.
pub const VERSION: u32 = 1;
