//! Own work that only computes: a function of the task.

use std::future::Future;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use workloads::{Io, Task};

use crate::error::OwnError;
use crate::work::OwnWork;

/// A computation without waiting. Every such function is [`OwnWork`]: models carry it out by [`Io::run`].
pub trait OwnFunction: Send + Sync + Sized + 'static {
    /// What the function is made with: `params` of the workload file.
    type Params: DeserializeOwned;

    /// Makes what all calls share. It is called once in each process that does tasks.
    ///
    /// # Errors
    /// When the function cannot be computed with these parameters.
    fn new(params: Self::Params) -> Result<Self, OwnError>;

    /// Computes the task with this seed and index; the value stands for everything that was computed.
    ///
    /// # Errors
    /// When it cannot be computed: the run ends with this error and the number of the task.
    fn call(&self, seed: u64, index: u64) -> Result<u64, OwnError>;
}

impl<F: OwnFunction> OwnWork for F {
    type Params = F::Params;
    type Lane<I: Io> = ();

    fn new(params: F::Params) -> Result<Self, OwnError> {
        OwnFunction::new(params)
    }

    async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
        Ok(())
    }

    async fn task<I: Io>(&self, _: &I, (): &mut (), task: Task) -> Result<u64, OwnError> {
        self.call(task.seed, task.index)
    }

    fn task_of<I: Io>(
        work: &Arc<Self>,
        io: &I,
        (): &mut (),
        task: Task,
    ) -> impl Future<Output = Result<u64, OwnError>> + Send {
        let function = Arc::clone(work);
        io.run(move || function.call(task.seed, task.index))
    }
}
