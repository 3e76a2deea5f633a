//! The model that measures the cost of the harness: it takes every task, does nothing, and records
//! it. It is also a skeleton for a new model.

use std::sync::Arc;
use std::time::Instant;

use runner::protocol::Setup;
use runner::{Error, Knobs, Model, Recorder, Result, Running};
use workloads::{Tasks, Work, trace};

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[&Loop];

/// The one variant: a loop on the calling thread, without lanes.
struct Loop;

impl Model for Loop {
    fn name(&self) -> &'static str {
        "loop"
    }

    fn capacity(&self, _: &Setup) -> u64 {
        1
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        if trace::is_prepared() {
            return Err(Error::Unsupported(
                "null has no lanes whose trace could be recorded".to_owned(),
            ));
        }
        // A task with steps would be recorded as done without having been done.
        let workload = &work.setup.workload;
        if workload.steps.is_empty() && workload.coordination.is_none() {
            return Ok(Box::new(Self));
        }
        Err(Error::Unsupported(
            "null does only workloads without steps, such as noop".to_owned(),
        ))
    }
}

impl Running for Loop {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        // The same queue, clock and recorder as in every other model, because their cost is what
        // this one measures.
        let queue = tasks.queue();
        let mut start = Instant::now();
        while let Some(task) = queue.take() {
            let end = Instant::now();
            record.record(&task, end - start, 0);
            start = end;
        }
        Ok(())
    }
}
