//! A model within the calling process, for benches and tests: no handshake, no phases, no meters.

use std::sync::Arc;

use protocol::{Coordination, Setup};
use workloads::{Steps, TaskBody, Tasks, Work};

use crate::error::{Error, Result};
use crate::model::{Counts, Model, Running};
use crate::recorder::{Recorded, Recorder};

/// A model that has been started and connected, with tasks that consist of `B`.
pub struct InProcess<B: TaskBody = Steps> {
    running: Box<dyn Running>,
    work: Arc<Work<B>>,
    coordination: Option<Coordination>,
    tasks: Tasks,
}

impl<B: TaskBody> InProcess<B> {
    /// Starts and connects a model.
    ///
    /// # Errors
    /// Those of a real run.
    pub fn start(model: &dyn Model<B>, setup: &Setup) -> Result<Self> {
        let workload = &setup.workload;
        let lanes = model
            .capacity(setup)
            .min(setup.in_flight)
            .min(workload.tasks);
        let work = Arc::new(Work::of(setup.clone(), lanes));
        let mut running = model.start(&work)?;
        running.connect()?;
        let tasks = Tasks {
            seed: workload.seed,
            first: 0,
            count: workload.tasks,
        };
        Ok(Self {
            running,
            work,
            coordination: workload.coordination.clone(),
            tasks,
        })
    }

    /// Does all tasks once.
    ///
    /// # Errors
    /// Those of a real run.
    pub fn run(&mut self) -> Result<Recorded> {
        let record = Recorder::new(self.tasks);
        self.running.run(self.tasks, &record)?;
        record.replace_latencies(self.work.lateness());
        record.finish()
    }

    /// Does all tasks of a workload with coordination once.
    ///
    /// # Errors
    /// Those of a real run, or that the workload has none.
    pub fn coordinate(&mut self) -> Result<(Recorded, Counts)> {
        let record = Recorder::new(self.tasks);
        let Some(what) = &self.coordination else {
            return Err(Error::Usage("nothing to coordinate".to_owned()));
        };
        let counts = self.running.coordinate(what, self.tasks, &record)?;
        Ok((record.finish()?, counts))
    }
}
