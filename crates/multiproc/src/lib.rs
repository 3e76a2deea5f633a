//! Worker processes: this program executed again, started once per run and fed with tasks over
//! ipc-channel through a bounded window. They share no memory; results come back in batches.

mod arguments;
mod barrier;
mod coordination;
mod dispatch;
mod event_loop;
mod feeding;
mod io;
mod message;
mod parent;
mod partner;
mod report;
mod sending;
mod server;
mod server_worker;
mod start;
mod unit;
mod worker;
mod workers;

use std::process::ExitCode;
use std::sync::Arc;

use runner::protocol::Setup;
use runner::{Error, Model, Result, Running, Server};
use workloads::{Shared, TaskBody, Work};

use crate::message::WorkerKind;

pub use arguments::{UNIT_ARGUMENT, WORKER_ARGUMENT};
pub use unit::unit_main;
pub use worker::main as worker_main;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const {
        &[
            &Variant {
                name: "pool",
                processes: Processes::PerWorker,
                kind: WorkerKind::Blocking,
            },
            &Variant {
                name: "pool+gil",
                processes: Processes::PerWorker,
                kind: WorkerKind::BlockingUnderLock,
            },
            &Variant {
                name: "wide",
                processes: Processes::PerLane,
                kind: WorkerKind::Blocking,
            },
            &Variant {
                name: "event-loop",
                processes: Processes::PerWorker,
                kind: WorkerKind::EventLoop,
            },
        ]
    }
}

/// The main function of this model's program, which is also the program of its workers and units. Tasks
/// consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == WORKER_ARGUMENT => worker_main::<B>(rest),
        Some((first, rest)) if first == UNIT_ARGUMENT => unit_main(rest),
        _ => runner::main(
            concat!("multiproc ", env!("CARGO_PKG_VERSION")),
            variants::<B>(),
        ),
    }
}

/// Most processes of `wide`. Each is a whole program with memory of its own.
const WIDEST: u64 = 64;

/// How many processes a variant has.
#[derive(Clone, Copy)]
enum Processes {
    /// As many as workers.
    PerWorker,
    /// As many as lanes.
    PerLane,
}

struct Variant {
    name: &'static str,
    processes: Processes,
    kind: WorkerKind,
}

impl<B: TaskBody> Model<B> for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn capacity(&self, setup: &Setup) -> u64 {
        match (self.kind, self.processes) {
            (WorkerKind::EventLoop, _) => setup.in_flight,
            // A worker that blocks has one lane.
            (_, Processes::PerWorker) => setup.workers,
            (_, Processes::PerLane) => WIDEST,
        }
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        if let Some(what) = &work.setup.workload.coordination {
            if self.kind == WorkerKind::BlockingUnderLock {
                return Err(Error::Unsupported(
                    "coordination between processes never meets a lock of theirs: see multiproc/pool"
                        .to_owned(),
                ));
            }
            return Ok(Box::new(coordination::Processes::start(work, what)?));
        }
        if work.setup.workload.measures_lateness() {
            return Err(Error::Unsupported(
                "how late a wait ended is known to the process of its task alone".to_owned(),
            ));
        }
        let processes = self.processes(work);
        Ok(Box::new(parent::Parent::start(work, processes, self.kind)?))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let capacity = Model::<B>::capacity(self, &work.setup);
        let connections = work.setup.in_flight;
        if work.lanes == capacity && capacity < connections {
            return Err(Error::Unsupported(format!(
                "a connection that is kept has its process for as long: {connections} connections need as many \
                 processes, and there are {capacity}"
            )));
        }
        let processes = self.processes(work);
        Ok(Box::new(server::Server::new(work, processes, self.kind)))
    }
}

impl Variant {
    fn processes(&self, work: &Shared) -> u64 {
        match self.processes {
            // The capacity has already limited the lanes of workers that block.
            Processes::PerWorker => work.setup.workers.min(work.lanes),
            Processes::PerLane => work.lanes,
        }
    }
}
