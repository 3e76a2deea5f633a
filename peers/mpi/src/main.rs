//! The program of the model `mpi`. Run without arguments it answers one request: it starts an MPI job of this
//! program's ranks, and relays what is said. The ranks are the same program with an argument.

mod adjust;
mod arguments;
mod farm;
mod job;
mod joining;
mod knobs;
mod load;
mod message;
mod parent;
mod ping_pong;
mod rank;
mod ranks;
mod remarks;
mod settings;
mod units;
mod variant;
mod worker;

use std::process::ExitCode;

use runner::protocol::RunnerExit;

use crate::arguments::RANK_ARGUMENT;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    match argument.as_deref() {
        None => parent::main(),
        Some("--version") => {
            println!("{}", version());
            ExitCode::SUCCESS
        }
        Some(RANK_ARGUMENT) => rank::main(&version()),
        Some(other) => {
            eprintln!(
                "unknown argument {other:?}: a request is read from standard input, see docs/FORMAT.md"
            );
            RunnerExit::Usage.into()
        }
    }
}

/// The name and version of this program and of the MPI that it runs with, such as
/// `mpi 0.1.0 (Open MPI v4.1.4)`.
fn version() -> String {
    let library = mpi::environment::library_version().unwrap_or_default();
    // What follows the first comma says who has built it.
    let name = library.split(',').next().unwrap_or_default();
    format!("mpi {} ({name})", env!("CARGO_PKG_VERSION"))
}
