//! What the tasks of a workload consist of: the built-in steps, or own work. A lane holds what either
//! keeps from one task to the next.

use std::future::Future;

use protocol::Workload;

use crate::error::Result;
use crate::io::Io;
use crate::shared::Shared;
use crate::task::Task;

/// What every task of a run does.
pub trait TaskBody: Default + Send + Sync + 'static {
    /// What a lane keeps from one task to the next.
    type Kept<I: Io>: Default + Send + 'static;

    /// Whether these are built-in steps, of which a workload may have waits alone, or coordination in their
    /// place. The code for both is left out of programs whose tasks are others.
    const BUILT_IN: bool;

    /// Whether tasks of this kind can do a workload.
    ///
    /// # Errors
    /// Why not.
    fn can_do(workload: &Workload) -> std::result::Result<(), &'static str>;

    /// Opens what a lane keeps, before the first task.
    ///
    /// # Errors
    /// When an endpoint is missing or cannot be reached.
    fn open<I: Io>(
        &self,
        io: &I,
        kept: &mut Self::Kept<I>,
        shared: &Shared,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Carries out one task and gives its digest.
    ///
    /// # Errors
    /// Whatever the task met, with its index.
    fn task<I: Io>(
        &self,
        io: &I,
        kept: &mut Self::Kept<I>,
        shared: &Shared,
        task: &Task,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// The number of a lane among those of this process, in a run that is recorded. `None` where it has
    /// none.
    fn number<I: Io>(kept: &Self::Kept<I>) -> Option<u32>;

    /// Numbers a lane, in a run that is recorded.
    fn set_number<I: Io>(kept: &mut Self::Kept<I>, number: u32);
}
