//! The cells of a sweep: which ones were asked for, and how much of each is run.

use std::time::Duration;

use catalog::params::WORKERS;
use catalog::{Chosen, Param, params};
use protocol::Workload;
use results::Profile;
use schedule::Settings;

use crate::request::Request;

/// More cells than this are no longer one comparison that anybody waits for.
const MOST_CELLS: usize = 64;
/// A table has two directions, so a third key could not be shown.
const MOST_KEYS: usize = 2;
/// A cell runs as many tasks as an ideal run has time for in this: a workload that waits takes long
/// under every model where few tasks are under way at once.
const LONGEST_IDEAL: Duration = Duration::from_millis(400);
/// A sweep may take so many times as long as a comparison of single workloads.
const PATIENCE: u32 = 6;

/// Every combination of the values asked for; a single empty one where there is no sweep.
pub(super) fn cells(request: &Request) -> Result<Vec<Vec<Param>>, String> {
    let sweeps = &request.params;
    if sweeps.len() > MOST_KEYS {
        return Err(format!(
            "--param: {} keys: allowed are {MOST_KEYS}",
            sweeps.len()
        ));
    }
    let flags = [
        (
            "in_flight",
            "--in-flight",
            request.sizes.in_flight.is_some(),
        ),
        (WORKERS, "--workers", request.sizes.workers.is_some()),
        ("rate", "--rate", !request.rates.is_empty()),
    ];
    for (position, sweep) in sweeps.iter().enumerate() {
        let key = &sweep.key;
        if sweeps[..position].iter().any(|other| other.key == *key) {
            return Err(format!("--param {key}: it is there twice"));
        }
        let both = flags.iter().find(|(name, _, given)| name == key && *given);
        if let Some((_, flag, _)) = both {
            return Err(format!("--param {key} and {flag} contradict each other"));
        }
    }
    let cells = params::cells(sweeps);
    match cells.len() {
        0..=MOST_CELLS => Ok(cells),
        many => Err(format!("--param: {many} cells: allowed are {MOST_CELLS}")),
    }
}

/// What would have been typed to have every cell by itself. A script offers all its workloads where
/// none was named.
pub(super) fn typed(
    typed: Vec<String>,
    cells: &[Vec<Param>],
    all: impl FnOnce() -> Vec<String>,
) -> Vec<String> {
    let swept = cells.iter().any(|cell| !cell.is_empty());
    let names = if swept && typed.is_empty() {
        all()
    } else {
        typed
    };
    names
        .into_iter()
        .flat_map(|name| cells.iter().map(move |cell| params::typed_at(&name, cell)))
        .collect()
}

/// Two values that mean the same make two rows of one work, of which a curve can have one only.
pub(super) fn refuse_equal_cells(workloads: &[Chosen]) -> Result<(), String> {
    for (position, one) in workloads.iter().enumerate() {
        let mut earlier = workloads[..position].iter();
        if let Some(other) = earlier.find(|other| is_same_cell(one, other)) {
            return Err(format!(
                "--param: {} and {} are the same work",
                other.typed, one.typed
            ));
        }
    }
    Ok(())
}

/// Whether two cells of a sweep are the same work under names of their own.
fn is_same_cell(one: &Chosen, other: &Chosen) -> bool {
    match (work_of_cell(one), work_of_cell(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// The work of a cell without the name that its parameters gave it, and its number of workers.
fn work_of_cell(chosen: &Chosen) -> Option<(Workload, Option<u64>)> {
    let cell = chosen.cell.as_ref()?;
    let workload = Workload {
        name: cell.of.clone(),
        ..chosen.workload.clone()
    };
    Some((workload, cell.workers()))
}

/// The profile's, made shorter a cell and longer in all where there is a sweep.
pub(super) fn settings(profile: Profile, workloads: &[Chosen]) -> Settings {
    let settings = Settings::of(profile);
    if workloads.iter().all(|chosen| chosen.cell.is_none()) {
        return settings;
    }
    let longest_ideal = if profile.measures() {
        LONGEST_IDEAL
    } else {
        settings.longest_ideal
    };
    Settings {
        longest_ideal,
        budget: settings.budget * PATIENCE,
        // A sweep of the lanes is about their number.
        most_lanes: None,
        ..settings
    }
}
