//! How a process becomes part of an MPI job.

use mpi::Threading;
use mpi::environment::Universe;
use runner::die_with_parent;

/// Where Open MPI tells a process its rank before MPI is there.
const RANK: &str = "OMPI_COMM_WORLD_RANK";

/// Joins the MPI job; the process ends with the one that started it.
pub(crate) fn initialize() -> Option<Universe> {
    // Open MPI ends what it started, unless it is killed itself.
    let _ = die_with_parent();
    let rank = std::env::var(RANK).ok();
    let initialized = mpi::initialize_with_threading(threading(rank.as_deref()));
    initialized.map(|(universe, _)| universe)
}

/// What a process with this rank promises of its threads. In rank 0 one of several calls MPI; others read standard
/// input and pace arrivals. A worker has one lane and one thread, and says so: for several Open MPI takes locks at every
/// message.
fn threading(rank: Option<&str>) -> Threading {
    match rank {
        None | Some("0") => Threading::Funneled,
        Some(_) => Threading::Single,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_0_and_whoever_does_not_know_has_threads() {
        let levels = [None, Some("0"), Some("1"), Some("10")].map(threading);
        let expected = [
            Threading::Funneled,
            Threading::Funneled,
            Threading::Single,
            Threading::Single,
        ];
        assert_eq!(levels, expected);
    }
}
