//! `spawn` in rank 0: processes that are started by `MPI_Comm_spawn` and joined.

use std::time::Instant;

use runner::protocol::{Coordination, counts};
use runner::{Counts, Error, Knobs, Recorder, Result, Running, Usage};
use workloads::{Tasks, digest};

use crate::settings::settings;
use crate::unit;

/// The units of one run.
pub(crate) struct Units {
    lanes: usize,
    waiting: &'static str,
    /// What the units that have been joined had used.
    joined: Usage,
}

impl Units {
    /// No unit yet; so many are started before the first of them is joined.
    pub(crate) fn new(lanes: u64, waiting: &'static str) -> Self {
        Self {
            lanes: usize::try_from(lanes).unwrap_or(usize::MAX),
            waiting,
            joined: Usage::default(),
        }
    }
}

impl Running for Units {
    fn knobs(&self) -> Knobs {
        settings(self.waiting)
    }

    /// Does nothing: units need no endpoint.
    fn connect(&mut self) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, _: Tasks, _: &Recorder) -> Result<()> {
        Err(Error::Unsupported("only coordination".to_owned()))
    }

    fn coordinate(&mut self, _: &Coordination, tasks: Tasks, record: &Recorder) -> Result<Counts> {
        let before = unit::marks();
        let queue = tasks.queue();
        loop {
            let mut round = Vec::new();
            for task in std::iter::from_fn(|| queue.take()).take(self.lanes) {
                round.push((task, Instant::now(), unit::start(task.step_seed(0))?));
            }
            if round.is_empty() {
                let seen = unit::marks() - before;
                return Ok(Counts::from([(counts::SEEN.to_owned(), seen)]));
            }
            for (task, start, unit) in round {
                let (value, used) = unit::join(unit)?;
                record.record(&task, start.elapsed(), digest::of_task([value]));
                self.joined = self.joined + used.usage;
            }
        }
    }

    fn usage(&mut self) -> Result<Usage> {
        Ok(self.joined)
    }
}
