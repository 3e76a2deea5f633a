//! A thread per task: each thread starts the next one when its task is done.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;

use gil::GilIo;
use runner::{Model, Result, Running, Server, SpawnEach, unit_per_connection};
use workloads::blocking::BlockingIo;
use workloads::{TaskBody, Work};

use crate::settings::{STACK_BYTES, knobs};
use crate::under::Under;
use crate::units::{Start, Unit, Units};

pub(crate) struct Spawn {
    pub(crate) gil: bool,
}

impl<B: TaskBody> Model<B> for Spawn {
    fn name(&self) -> &'static str {
        if self.gil { "spawn+gil" } else { "spawn" }
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let settings = knobs(&[("stack_bytes", STACK_BYTES.to_string())]);
        let starts = Threads::default();
        if !self.gil {
            let under = Under::default();
            let units = Units { starts, under };
            return Ok(Box::new(SpawnEach::new(BlockingIo, units, work, settings)));
        }
        let (interpreter, under) = Under::interpreter(work)?;
        let io = GilIo::new(BlockingIo, interpreter);
        let locked_settings = under.knobs(settings);
        let units = Units { starts, under };
        Ok(Box::new(SpawnEach::new(io, units, work, locked_settings)))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let settings = knobs(&[("stack_bytes", STACK_BYTES.to_string())]);
        let starts = Threads::default();
        if !self.gil {
            let under = Under::default();
            let units = vec![Units { starts, under }];
            return Ok(unit_per_connection(BlockingIo, units, work, settings));
        }
        let (interpreter, under) = Under::interpreter(work)?;
        let io = GilIo::new(BlockingIo, interpreter);
        let locked_settings = under.knobs(settings);
        let units = vec![Units { starts, under }];
        Ok(unit_per_connection(io, units, work, locked_settings))
    }
}

/// Starts a thread for every unit, and counts them.
#[derive(Clone, Default)]
pub(crate) struct Threads {
    started: Arc<AtomicU64>,
}

impl Threads {
    fn thread<T: Send + 'static>(
        &self,
        under: &Under,
        unit: impl Unit<T>,
    ) -> io::Result<JoinHandle<T>> {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        let shared = under.clone();
        let handle = builder.spawn(move || shared.live(unit))?;
        // Counted here because the process's own meter sees only threads that are alive.
        self.started.fetch_add(1, Relaxed);
        Ok(handle)
    }
}

impl Start for Threads {
    type Handle = JoinHandle<u64>;

    fn spawn(&self, under: &Under, unit: impl Unit<()>) -> io::Result<()> {
        self.thread(under, unit).map(drop)
    }

    fn start(&self, under: &Under, unit: impl Unit<u64>) -> io::Result<JoinHandle<u64>> {
        self.thread(under, unit)
    }

    fn join(handle: JoinHandle<u64>) -> Option<u64> {
        handle.join().ok()
    }

    fn ended_threads(&self) -> u64 {
        self.started.load(Relaxed)
    }
}
