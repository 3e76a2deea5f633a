//! The two traits that a model implements: [`Model`] starts a variant, [`Running`] is the started
//! variant that does the work.

use std::path::Path;
use std::sync::Arc;

use protocol::{Coordination, Setup};
use workloads::{Steps, TaskBody, Tasks, Work};

use crate::error::{Error, Result};
use crate::meters::Usage;
use crate::pacing::Arrivals;
use crate::recorder::Recorder;
use crate::server::Server;
pub use crate::told::{Counts, Knobs};

/// One variant of a model: how to start it with tasks that consist of `B`.
pub trait Model<B: TaskBody = Steps>: Sync {
    /// The variant's name within its program, such as `pool`.
    fn name(&self) -> &str;

    /// The most lanes that this variant can have open; `model.toml` says the same.
    fn capacity(&self, setup: &Setup) -> u64 {
        setup.in_flight
    }

    /// Starts the threads, processes or runtime that the model consists of.
    ///
    /// # Errors
    /// When the machine or the model refuses.
    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>>;

    /// Starts the same for a workload in which the model answers requests, instead of [`Self::start`].
    ///
    /// # Errors
    /// When the machine refuses, or why this model answers none.
    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let _ = work;
        Err(Error::Unsupported(
            "this model answers no requests".to_owned(),
        ))
    }
}

/// A model that has been started. Dropping it shuts it down.
pub trait Running {
    /// Every setting that was chosen, as it took effect.
    fn knobs(&self) -> Knobs;

    /// Opens the lanes.
    ///
    /// # Errors
    /// When an endpoint cannot be reached.
    fn connect(&mut self) -> Result<()>;

    /// Does these tasks in a closed loop and records each.
    ///
    /// # Errors
    /// The first error of a task; the tasks that remain are abandoned.
    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()>;

    /// Does tasks in an open loop: they arrive at their times whether or not the model keeps up.
    /// [`Arrivals::begin`] hands each over, by whatever means the model has of giving work to a
    /// unit from outside.
    ///
    /// # Errors
    /// The first error of a task, or that the model has no open loop.
    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let _ = (arrivals, record);
        Err(Error::Unsupported("this model has no open loop".to_owned()))
    }

    /// Does these tasks of a workload that measures the model's own primitives. Each task sends its
    /// first step seed through the unit or message that is measured, and is recorded with the
    /// digest of the value that came out.
    ///
    /// # Errors
    /// The first error, or that the model has no such primitive.
    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        let _ = (what, tasks, record);
        Err(Error::Unsupported(
            "this model has no coordination of this kind".to_owned(),
        ))
    }

    /// The model's own counts since it started. The runner reports their increase over the measured
    /// tasks.
    ///
    /// # Errors
    /// When another process cannot be asked.
    fn counts(&mut self) -> Result<Counts> {
        Ok(Counts::new())
    }

    /// What the model used outside this process or in threads that have ended. The runner adds it
    /// to what it measures of this process.
    ///
    /// # Errors
    /// When another process cannot be asked.
    fn usage(&mut self) -> Result<Usage> {
        Ok(Usage::default())
    }

    /// Lets every other process of the model write its part of the trace, into files that are named as `file` with
    /// a point and a number from 1.
    ///
    /// # Errors
    /// When a process cannot be asked, or a file cannot be written.
    fn write_traces(&mut self, file: &Path) -> Result<()> {
        let _ = file;
        Ok(())
    }

    /// The number of waiting tasks of the last measured phase that were alive at once. `None` where
    /// the tasks were in this process, which counts them itself.
    fn alive_at_once(&self) -> Option<u64> {
        None
    }
}
