//! The trait that own work implements.

use std::future::Future;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use workloads::{Io, Task};

use crate::error::OwnError;

/// What every task of a workload does, written once for all models.
///
/// A task waits through its [`Io`] only: computation goes to [`Io::run`], calls that block go to
/// [`Io::unblock`], and connections, sleeps and yields are the `Io`'s own. Under a model that blocks there is
/// nobody to wake a future that waits for anything else.
///
/// The value of a task depends on [`Task::seed`], [`Task::index`] and the parameters, and on nothing else:
/// before models are compared, all tasks are done twice in a plain loop, in another order the second time,
/// and work that gives two values for one task is refused.
pub trait OwnWork: Send + Sync + Sized + 'static {
    /// What the work is made with: `params` of the workload file.
    type Params: DeserializeOwned;

    /// What is kept from one task to the next: a connection ([`Io::Stream`]), buffers, or `()`. Each of the
    /// tasks in flight has one.
    type Lane<I: Io>: Send + 'static;

    /// Makes what all tasks of a process share. It is called once in each process that does tasks.
    ///
    /// # Errors
    /// When the work cannot be done with these parameters.
    fn new(params: Self::Params) -> Result<Self, OwnError>;

    /// Opens what is kept, before the clock starts.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open<I: Io>(&self, io: &I) -> impl Future<Output = Result<Self::Lane<I>, OwnError>> + Send;

    /// Does one task; its value stands for everything that it found or made.
    ///
    /// # Errors
    /// When the task cannot be done: the run ends with this error and the number of the task.
    fn task<I: Io>(
        &self,
        io: &I,
        lane: &mut Self::Lane<I>,
        task: Task,
    ) -> impl Future<Output = Result<u64, OwnError>> + Send;

    /// Does one task, for work that moves itself into [`Io::run`] or [`Io::unblock`]. It is this that models
    /// call.
    ///
    /// # Errors
    /// Those of [`OwnWork::task`].
    fn task_of<I: Io>(
        work: &Arc<Self>,
        io: &I,
        lane: &mut Self::Lane<I>,
        task: Task,
    ) -> impl Future<Output = Result<u64, OwnError>> + Send {
        work.task(io, lane, task)
    }
}
