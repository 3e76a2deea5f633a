//! A rank of the job. Rank 0 is the program of the run protocol; every other rank is a worker of it.

use std::process::ExitCode;

use mpi::traits::Communicator as _;
use runner::answer_request;
use runner::protocol::RunnerExit;

use crate::joining::initialize;
use crate::variant::VARIANTS;
use crate::worker;

/// The main function of a rank.
pub(crate) fn main(version: &str) -> ExitCode {
    let Some(universe) = initialize() else {
        return RunnerExit::Failed.into();
    };
    let world = universe.world();
    if world.rank() != 0 {
        worker::main(&world);
        return ExitCode::SUCCESS;
    }
    let code = answer_request(version, VARIANTS);
    if code != ExitCode::SUCCESS {
        // The other ranks wait for orders that do not come, and ending in order would wait for them. A rank
        // that ends without ending MPI ends the job.
        std::mem::forget(universe);
    }
    code
}
