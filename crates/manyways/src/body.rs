//! Own work as the body of tasks: what lanes of every model carry out.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use protocol::{WaitsFor, Workload};
use workloads::blocking::poll_once;
use workloads::digest::of_task;
use workloads::{Error, Io, Result, Shared, Task, TaskBody, trace};

use crate::caught::Caught;
use crate::error::OwnError;
use crate::params;
use crate::work::OwnWork;

/// Tasks that own work does.
pub struct Own<O> {
    /// Made by the first lane, since a process that only deals tasks out has no use for it.
    made: OnceLock<std::result::Result<Arc<O>, String>>,
}

impl<O> Default for Own<O> {
    fn default() -> Self {
        Self {
            made: OnceLock::new(),
        }
    }
}

/// What a lane keeps for own work.
pub struct Kept<I: Io, O: OwnWork> {
    opened: Option<Opened<I, O>>,
    /// Its number among the lanes of this process, in a run that is recorded.
    number: u32,
}

struct Opened<I: Io, O: OwnWork> {
    work: Arc<O>,
    io: Caught<I>,
    lane: O::Lane<Caught<I>>,
}

impl<I: Io, O: OwnWork> Default for Kept<I, O> {
    fn default() -> Self {
        Self {
            opened: None,
            number: 0,
        }
    }
}

impl<O: OwnWork> TaskBody for Own<O> {
    type Kept<I: Io> = Kept<I, O>;

    const BUILT_IN: bool = false;

    fn can_do(workload: &Workload) -> std::result::Result<(), &'static str> {
        match workload.work {
            Some(_) => Ok(()),
            None => Err("this program carries out own work, and the workload is none"),
        }
    }

    async fn open<I: Io>(&self, io: &I, kept: &mut Self::Kept<I>, shared: &Shared) -> Result<()> {
        let work = self.made(&shared.setup.workload)?;
        let caught_io = Caught(io.clone());
        // Called within, so that its panics are caught whether or not it is an async function.
        let opening = answer::<I, _>(async { work.open(&caught_io).await });
        let opened = AssertUnwindSafe(opening).catch_unwind().await;
        let lane = opened
            .unwrap_or_else(|panic| Err(Error::panicked(&*panic)))
            .map_err(|error| Error::Own(format!("a lane cannot be opened: {error}")))?;
        kept.opened = Some(Opened {
            work,
            io: caught_io,
            lane,
        });
        Ok(())
    }

    async fn task<I: Io>(
        &self,
        _: &I,
        kept: &mut Self::Kept<I>,
        _: &Shared,
        task: &Task,
    ) -> Result<u64> {
        let Some(Opened { work, io, lane }) = &mut kept.opened else {
            let problem = "a task on a lane that was not opened";
            return Err(Error::Model(problem.to_owned()).in_task(task.index));
        };
        trace::may_wait_for(WaitsFor::Socket);
        match answer::<I, _>(O::task_of(work, io, lane, *task)).await {
            Ok(value) => Ok(of_task([value])),
            Err(error) => Err(error.in_task(task.index)),
        }
    }

    fn number<I: Io>(kept: &Self::Kept<I>) -> Option<u32> {
        Some(kept.number)
    }

    fn set_number<I: Io>(kept: &mut Self::Kept<I>, number: u32) {
        kept.number = number;
    }
}

impl<O: OwnWork> Own<O> {
    /// What all tasks of this process share.
    fn made(&self, workload: &Workload) -> Result<Arc<O>> {
        let made = self.made.get_or_init(|| make(workload).map(Arc::new));
        made.clone().map_err(Error::Own)
    }
}

/// Makes the work with the parameters of a workload.
///
/// # Errors
/// What is wrong with them, in words.
pub(crate) fn make<O: OwnWork>(workload: &Workload) -> std::result::Result<O, String> {
    let given = params::of_workload(workload)?;
    match catch_unwind(AssertUnwindSafe(|| O::new(given))) {
        Ok(Ok(work)) => Ok(work),
        Ok(Err(error)) => Err(format!("the work cannot be made: {error}")),
        Err(panic) => Err(format!(
            "the work cannot be made: {}",
            Error::panicked(&*panic)
        )),
    }
}

/// What a future of own work answers. Under an `Io` that blocks, it must be ready at once.
async fn answer<I: Io, T>(
    future: impl Future<Output = std::result::Result<T, OwnError>>,
) -> Result<T> {
    let answered = if I::BLOCKS {
        poll_once(future).await.ok_or_else(|| {
            let problem = "it waits for something that is not of its `Io`, and this model blocks: there is \
                           nobody to wake it (`models` in the workload file says which models the work is for)";
            Error::Own(problem.to_owned())
        })?
    } else {
        future.await
    };
    answered.map_err(OwnError::into_work_error)
}
