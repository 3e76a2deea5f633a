//! Whether the machine has room for every run, and quiet for its figures.

use catalog::{Workspace, workloads};
use launch::machine;
use protocol::{InFlight, Step, Workload};
use terminal::counted;

use super::finding::Finding;

/// Descriptors that a process needs besides one for each lane: pipes, event queues, files.
const SPARE_FILES: u64 = 200;

/// Every lane may hold a connection, in the process of the model and in that of the origin.
pub(super) fn open_files(workspace: &Workspace) -> Finding {
    let most_connections = workloads::names(workspace)
        .iter()
        // A workload that cannot be read is a finding of its own.
        .filter_map(|name| workloads::of_catalogue(workspace, name).ok())
        .filter_map(|chosen| connections(&chosen.workload))
        .max()
        .unwrap_or(0);
    let needed = most_connections + SPARE_FILES;
    match machine::open_files() {
        Some(limit) if limit < needed => Finding::bad(
            format!("{limit} open files are allowed, and {needed} are needed"),
            format!("`ulimit -n {needed}`"),
        ),
        Some(limit) => Finding::good(format!(
            "{limit} open files are allowed, and {needed} are needed"
        )),
        None => Finding::noisy(
            "the limit of open files is unknown",
            format!("see that it is at least {needed}"),
        ),
    }
}

/// How many connections a run holds, where the workload says how many lanes it has.
fn connections(workload: &Workload) -> Option<u64> {
    match workload.in_flight {
        InFlight::Lanes(lanes) if workload.steps.iter().any(connects) => Some(lanes),
        _ => None,
    }
}

fn connects(step: &Step) -> bool {
    matches!(step, Step::HttpGet(_) | Step::PostgresSelect(_))
}

/// A busy machine measures badly, but it measures.
pub(super) fn quiet() -> Finding {
    let processors = machine::processors();
    // With half of the processors busy, models that compute on all of them already lack some.
    let most = processors as f64 / 2.0;
    if let Some(load) = machine::load().filter(|load| *load > most) {
        return Finding::noisy(
            format!(
                "the machine is busy (load {load} on {}), so that figures are noisy",
                counted(processors as u64, "processor")
            ),
            "wait until the load is below half of the processors",
        );
    }
    match machine::governor() {
        Some(governor) if governor != "performance" => Finding::noisy(
            format!("the processor's governor is {governor}, so that figures may be noisy"),
            "`cpupower frequency-set -g performance`",
        ),
        _ => Finding::good("the machine is quiet"),
    }
}
