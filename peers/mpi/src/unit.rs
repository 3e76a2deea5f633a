//! A process as a unit of the `spawn` workload, started by `MPI_Comm_spawn`: it is sent a value, sends it back, and
//! ends.

use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use mpi::topology::{InterCommunicator, SimpleCommunicator};
use mpi::traits::{Communicator as _, Destination as _, Root as _, Source as _};
use runner::protocol::RunnerExit;
use runner::{Error, Result};
use workloads::Error as WorkError;

use crate::arguments::UNIT_ARGUMENT;
use crate::joining::initialize;
use crate::message::{UNIT, Used};

/// The number of units that have run in this process: one in the process of a unit, and none in the process that
/// started it, because they share no memory.
static MARKS: AtomicU64 = AtomicU64::new(0);

/// The main function of a unit's process.
pub(crate) fn main() -> ExitCode {
    let Some(mut universe) = initialize() else {
        return RunnerExit::Failed.into();
    };
    let Some(parent) = universe.world().parent() else {
        eprintln!("a unit is started by a rank");
        return RunnerExit::Usage.into();
    };
    MARKS.fetch_add(1, Relaxed);
    let starter = parent.process_at_rank(0);
    let (value, _) = starter.receive_with_tag::<u64>(UNIT);
    let words = [&[value][..], &Used::here(None).words()].concat();
    starter.send_with_tag(&words[..], UNIT);
    universe.disconnect_parent();
    ExitCode::SUCCESS
}

/// The number of units that this process has seen running in its memory.
pub(crate) fn marks() -> u64 {
    MARKS.load(Relaxed)
}

/// Starts a process and sends it a value.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn start(value: u64) -> Result<InterCommunicator> {
    let program =
        std::env::current_exe().map_err(|error| Error::io("cannot find this program", error))?;
    let mut command = Command::new(program);
    command.arg(UNIT_ARGUMENT);
    let unit = SimpleCommunicator::self_comm()
        .this_process()
        .spawn(&command, 1)
        .map_err(|error| WorkError::Model(format!("MPI_Comm_spawn: {error}")))?;
    unit.process_at_rank(0).send_with_tag(&value, UNIT);
    Ok(unit)
}

/// Waits for what a process sends back, and parts from it: the value, and what it had used until then.
///
/// # Errors
/// When it sends something else.
pub(crate) fn join(unit: InterCommunicator) -> Result<(u64, Used)> {
    let (words, _) = unit.process_at_rank(0).receive_vec_with_tag::<u64>(UNIT);
    // Parting waits for the other side.
    drop(unit);
    let said = words
        .split_first()
        .and_then(|(value, used)| Some((*value, Used::of(used.try_into().ok()?))));
    said.ok_or_else(|| WorkError::Model("a unit sent something else".to_owned()).into())
}
