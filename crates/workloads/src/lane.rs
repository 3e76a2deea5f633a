//! A lane: one slot of what is in flight, with what lives longer than a task (connections,
//! handles, buffers).

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;

use crate::body::TaskBody;
use crate::digest::of_task;
use crate::error::{Error, Result};
use crate::io::Io;
use crate::latch::Latch;
use crate::steps::Steps;
use crate::task::Task;
use crate::trace;
use crate::work::Work;

/// One slot of what is in flight.
#[derive(Debug)]
pub struct Lane<I: Io, B: TaskBody = Steps> {
    io: I,
    under_way: UnderWay<B>,
    kept: B::Kept<I>,
}

/// The task that a lane has begun. It is kept here and not in the future of a task that waits,
/// because a runtime may round the size of that future up.
#[derive(Debug)]
struct UnderWay<B> {
    work: Arc<Work<B>>,
    index: u64,
    began_ns: u64,
}

impl<B: TaskBody> UnderWay<B> {
    /// Where its waits are counted.
    fn latch(&self) -> &Latch {
        self.work.latch(self.index)
    }
}

impl<I: Io, B: TaskBody> Lane<I, B> {
    /// Opens what the workload's tasks keep from one to the next.
    ///
    /// # Errors
    /// When an endpoint is missing or cannot be reached.
    pub async fn open(io: I, work: &Arc<Work<B>>) -> Result<Self> {
        let mut lane = Self {
            io,
            under_way: UnderWay {
                work: Arc::clone(work),
                index: 0,
                began_ns: 0,
            },
            kept: Default::default(),
        };
        if trace::is_prepared() {
            B::set_number::<I>(&mut lane.kept, trace::number_lane());
        }
        work.body.open(&lane.io, &mut lane.kept, work).await?;
        Ok(lane)
    }

    /// Whether a task is one of the warm-up, of which every lane does exactly one.
    pub fn is_warm_up(&self, task: &Task) -> bool {
        self.under_way.work.is_warm_up(task)
    }

    /// Carries out a call that blocks, such as waiting for the next task, as the model does such calls.
    pub async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        self.io.unblock(call).await
    }

    /// Carries out one task and gives its digest. A lane whose task has failed is not used again.
    ///
    /// # Errors
    /// Whatever a step met, with the task's index; a panic is such an error.
    pub async fn run(&mut self, task: &Task) -> Result<u64> {
        // Its own handle, so that the work can be read while the lane is used.
        let work = Arc::clone(&self.under_way.work);
        // A panic would end the unit and tell nobody: other lanes may wait for this one at the latch.
        let outcome = if trace::is_on() && !work.is_warm_up(task) {
            let lane = B::number::<I>(&self.kept).unwrap_or(0);
            let body = work.body.task(&self.io, &mut self.kept, &work, task);
            let caught = AssertUnwindSafe(body).catch_unwind();
            // Boxed, so that a task of a run that is not recorded has no room for it.
            Box::pin(trace::Traced::new(lane, task.index, caught)).await
        } else {
            let body = work.body.task(&self.io, &mut self.kept, &work, task);
            AssertUnwindSafe(body).catch_unwind().await
        }
        .unwrap_or_else(|panic| Err(Error::panicked(&*panic).in_task(task.index)));
        if outcome.is_err() {
            work.abandon();
        }
        outcome
    }

    /// Records that a task is handed to this lane, and can run from now on.
    pub fn hand_over(&self, task: &Task) {
        if trace::is_on()
            && !self.is_warm_up(task)
            && let Some(number) = B::number::<I>(&self.kept)
        {
            trace::ready(number, task.index);
        }
    }

    /// Begins a task of a workload that [only waits](Work::only_waits): `began_ns` is a time of
    /// [`crate::monotonic_ns`].
    pub fn begin(&mut self, task: &Task, began_ns: u64) {
        (self.under_way.index, self.under_way.began_ns) = (task.index, began_ns);
    }

    /// The task that was begun, and the time of that.
    #[must_use]
    pub fn begun(&self) -> (Task, u64) {
        let UnderWay {
            work,
            index,
            began_ns,
        } = &self.under_way;
        (Task::new(work.setup.workload.seed, *index), *began_ns)
    }

    /// Carries out the task that was begun, and gives the lane and the digest: what [`Self::run`]
    /// does, in a future that has room for a sleep and for no other step.
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn keeps its arguments twice"
    )]
    pub fn wait(self: Box<Self>) -> impl Future<Output = (Box<Self>, u64)> + Send {
        async move {
            // Of a byte, which fits beside the state of the future.
            let mut number = 0_u8;
            while let Some(duration) = self.under_way.work.nth_wait(number) {
                // Not the lane, which is not `Sync`, and not two of its fields, which are two references.
                let under_way = &self.under_way;
                under_way.latch().arrive();
                self.io
                    .sleep_while(duration, || under_way.latch().rest())
                    .await;
                number += 1;
            }
            let (task, _) = self.begun();
            let seeds = (0..usize::from(number)).map(|step| task.step_seed(step));
            (self, of_task(seeds))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{BlockingIo, run_ready};
    use crate::computing::{Computes, Computing};
    use crate::kernel::{Scratch, Slices};

    #[derive(Clone)]
    struct Panics;

    impl Computes for Panics {
        async fn compute<I: Io>(&self, _: &I, _: Slices, _: &mut Scratch) -> u64 {
            panic!("in a kernel")
        }
    }

    #[test]
    fn a_step_that_panics_is_an_error_of_its_task() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 9\nin_flight = 2\nseed = 1\n\
            [[step]]\ncompute = { kernel = \"sha256\", size = 1 }\n[[step]]\nwait = { duration = \"1ms\" }\n";
        let setup = protocol::Setup {
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            endpoints: protocol::Endpoints::default(),
            workers: 1,
            in_flight: 2,
            blocking: 1,
            switch_interval_us: 5000,
        };
        let work = Arc::new(Work::new(setup, 2));
        let mut waits = run_ready(Lane::open(BlockingIo, &work)).unwrap();
        let waiting = std::thread::spawn(move || run_ready(waits.run(&Task::new(1, 0))));
        let io = Computing::new(BlockingIo, Panics);
        let mut panics = run_ready(Lane::open(io, &work)).unwrap();
        let error = run_ready(panics.run(&Task::new(1, 1))).unwrap_err();
        assert_eq!(error.to_string(), "task 1: panicked: in a kernel");
        // Without the other lane, the one at the latch is let go, and nothing was proved.
        assert!(waiting.join().unwrap().is_ok());
        assert_eq!(work.alive(), None);
    }
}
