//! One task after the other on one thread: the baseline without any concurrency.

use std::sync::Arc;

use runner::protocol::Setup;
use runner::{
    ArrivalQueue, Arrivals, Error, Knobs, Model, Recorder, Result, Running, Server, pull,
    pull_arrivals,
};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Lane, TaskBody, Tasks, Work};

pub(crate) struct Sequential;

impl<B: TaskBody> Model<B> for Sequential {
    fn name(&self) -> &'static str {
        "sequential"
    }

    fn capacity(&self, _: &Setup) -> u64 {
        1
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        if work.setup.workload.coordination.is_some() {
            return Err(Error::Unsupported(
                "one thread has nobody to coordinate with".to_owned(),
            ));
        }
        Ok(Box::new(OneThread {
            work: Arc::clone(work),
            lane: None,
        }))
    }

    fn start_server(&self, _: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let why =
            "a connection that is kept has the only thread for as long, and no other is answered";
        Err(Error::Unsupported(why.to_owned()))
    }
}

/// The running model, which uses the thread that calls it.
struct OneThread<B: TaskBody> {
    work: Arc<Work<B>>,
    lane: Option<Lane<BlockingIo, B>>,
}

impl<B: TaskBody> Running for OneThread<B> {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        self.lane = Some(run_ready(Lane::open(BlockingIo, &self.work))?);
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        if let Some(lane) = &mut self.lane {
            run_ready(pull(lane, &tasks.queue(), record))?;
        }
        Ok(())
    }

    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let queue = ArrivalQueue::filled_by(arrivals)?;
        if let Some(lane) = &mut self.lane {
            run_ready(pull_arrivals(lane, &queue, record))?;
        }
        Ok(())
    }
}
