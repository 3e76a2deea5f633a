//! Worker processes: this program, executed again, started once per run and fed over ipc-channel
//! through a bounded window. Nothing is shared; results come back in batches.

mod coordination;
mod deal;
mod dispatch;
mod event_loop;
mod io;
mod message;
mod parent;
mod start;
mod worker;

use std::sync::Arc;

use runner::protocol::Setup;
use runner::{Error, Model, Result, Running};
use workloads::Work;

pub use coordination::{UNIT_ARGUMENT, unit_main};
pub use worker::{WORKER_ARGUMENT, main as worker_main};

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &Variant {
        name: "pool",
        shape: Shape::Pool,
        gil: false,
    },
    &Variant {
        name: "pool+gil",
        shape: Shape::Pool,
        gil: true,
    },
    &Variant {
        name: "wide",
        shape: Shape::Wide,
        gil: false,
    },
    &Variant {
        name: "event-loop",
        shape: Shape::EventLoop,
        gil: false,
    },
];

/// Most processes of `wide`.
const WIDEST: u64 = 64;

/// How processes and lanes relate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A process per worker, one lane each.
    Pool,
    /// A process per lane.
    Wide,
    /// A process per worker, which share the lanes.
    EventLoop,
}

struct Variant {
    name: &'static str,
    shape: Shape,
    /// Whether each process has an interpreter lock. Not with an event loop, which does not block.
    gil: bool,
}

impl Model for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn capacity(&self, setup: &Setup) -> u64 {
        match self.shape {
            Shape::Pool => setup.workers,
            Shape::Wide => WIDEST,
            Shape::EventLoop => setup.in_flight,
        }
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        if let Some(what) = &work.setup.workload.coordination {
            if self.gil {
                return Err(Error::Unsupported(
                    "coordination between processes never meets a lock of theirs: see multiproc/pool"
                        .to_owned(),
                ));
            }
            return Ok(Box::new(coordination::Processes::start(work, what)?));
        }
        let event_loop = self.shape == Shape::EventLoop;
        let processes = if event_loop {
            work.setup.workers.min(work.lanes)
        } else {
            work.lanes
        };
        let kind = parent::Kind {
            event_loop,
            gil: self.gil,
        };
        Ok(Box::new(parent::Parent::start(work, processes, kind)?))
    }
}
