//! How a process becomes part of an MPI job.

use mpi::Threading;
use mpi::environment::Universe;
use runner::die_with_parent;

/// Joins the MPI job; the process ends with the one that started it.
pub(crate) fn initialize() -> Option<Universe> {
    // Open MPI ends what it started, unless it is killed itself.
    let _ = die_with_parent();
    // One thread calls MPI; others read standard input and pace arrivals.
    let initialized = mpi::initialize_with_threading(Threading::Funneled);
    initialized.map(|(universe, _)| universe)
}
