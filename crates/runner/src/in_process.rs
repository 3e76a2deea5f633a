//! A model within the calling process, for benches and tests: no handshake, no phases, no meters. Runs
//! that count are left to `session`.

use std::sync::Arc;

use protocol::{Coordination, Setup};
use workloads::{Tasks, Work};

use crate::model::{Counts, Error, Model, Result, Running};
use crate::recorder::{Recorded, Recorder};

/// A model that has been started and connected.
pub struct InProcess {
    running: Box<dyn Running>,
    coordination: Option<Coordination>,
    tasks: Tasks,
}

impl InProcess {
    /// Starts and connects a model.
    ///
    /// # Errors
    /// Whatever a real run would answer.
    pub fn start(model: &dyn Model, setup: &Setup) -> Result<Self> {
        let workload = &setup.workload;
        let lanes = model
            .capacity(setup)
            .min(setup.in_flight)
            .min(workload.tasks);
        let mut running = model.start(&Arc::new(Work::new(setup.clone(), lanes)))?;
        running.connect()?;
        let tasks = Tasks {
            seed: workload.seed,
            first: 0,
            count: workload.tasks,
        };
        Ok(Self {
            running,
            coordination: workload.coordination.clone(),
            tasks,
        })
    }

    /// Does all tasks once.
    ///
    /// # Errors
    /// Whatever a real run would answer.
    pub fn run(&mut self) -> Result<Recorded> {
        let record = Recorder::new(self.tasks);
        self.running.run(self.tasks, &record)?;
        record.finish()
    }

    /// Does all tasks of a workload with coordination once.
    ///
    /// # Errors
    /// Whatever a real run would answer, or that the workload has none.
    pub fn coordinate(&mut self) -> Result<(Recorded, Counts)> {
        let record = Recorder::new(self.tasks);
        let what = self.coordination.as_ref();
        let what = what.ok_or_else(|| Error::Usage("nothing to coordinate".to_owned()))?;
        let counts = self.running.coordinate(what, self.tasks, &record)?;
        Ok((record.finish()?, counts))
    }
}
