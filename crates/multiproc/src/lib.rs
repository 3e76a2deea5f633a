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
mod start;
mod unit;
mod worker;
mod workers;

use std::sync::Arc;

use runner::protocol::Setup;
use runner::{Error, Model, Result, Running};
use workloads::Work;

use crate::message::WorkerKind;

pub use arguments::{UNIT_ARGUMENT, WORKER_ARGUMENT};
pub use unit::unit_main;
pub use worker::main as worker_main;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
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
];

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

impl Model for Variant {
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

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
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
        let processes = match self.processes {
            // The capacity has already limited the lanes of workers that block.
            Processes::PerWorker => work.setup.workers.min(work.lanes),
            Processes::PerLane => work.lanes,
        };
        Ok(Box::new(parent::Parent::start(work, processes, self.kind)?))
    }
}
