//! Whether the machine has room for every run, and quiet for its figures.

use catalog::{Workspace, workloads};
use host::{allowed_threads, check_temporary_directory, machine};
use protocol::Workload;
use terminal::counted;

use super::finding::Finding;

/// What the most demanding workload of a comparison of everything needs, and its name.
fn most(workspace: &Workspace, need: fn(&Workload, u64) -> u64) -> (u64, String) {
    workloads::by_default(workspace)
        .iter()
        // A workload that cannot be read is a finding of its own.
        .filter_map(|name| workloads::of_catalogue(workspace, name).ok())
        .map(|chosen| {
            let workers = chosen.workers().unwrap_or_else(machine::processors);
            (need(&chosen.workload, workers), chosen.workload.name)
        })
        .max()
        .unwrap_or_default()
}

/// Every lane may have files open, in the process of the model and in that of the origin.
pub(super) fn open_files(workspace: &Workspace) -> Finding {
    let (needed, by) = most(workspace, catalog::open_files_unasked);
    let Some(files) = host::open_files() else {
        return Finding::noisy(
            "the limit of open files is unknown",
            format!("see that it is at least {needed}"),
        );
    };
    let (soft, hard) = (files.soft, files.hard);
    let limits = format!(
        "open files: the soft limit is {soft}, the hard one, up to which runs raise it, is {hard}"
    );
    let need = format!("the most demanding workload, {by}, needs about {needed}");
    if files.allowed() < needed {
        let remedy = format!("raise the hard limit: `ulimit -Hn {needed}` as root");
        return Finding::bad(format!("{limits}, and {need}"), remedy);
    }
    Finding::good(format!("{limits}; {need}"))
}

/// Some variants have a thread for each lane.
pub(super) fn threads(workspace: &Workspace) -> Option<Finding> {
    let allowed = allowed_threads()?;
    let (needed, name) = most(workspace, |workload, workers| {
        workload.in_flight.lanes(workers).min(workload.tasks)
    });
    let (free, by) = (allowed.free, allowed.by);
    let text = format!(
        "{free} more threads are allowed by {by}; variants with a thread a lane need {needed} at {name}"
    );
    Some(if free < needed {
        Finding::absent(
            format!("{text}, and are unavailable there"),
            "raise that limit",
        )
    } else {
        Finding::good(text)
    })
}

/// Each run has a folder there for its temporary files.
pub(super) fn temporary_files() -> Finding {
    match check_temporary_directory() {
        Ok(directory) => Finding::good(format!(
            "temporary files of runs are kept in {}",
            directory.display()
        )),
        Err(unfit) => Finding::bad(unfit.problem, unfit.remedy),
    }
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
