//! A sweep on the command line: which cells there are, and how much of each is run. What the keys mean
//! is left to `params`, what comes of it to `report`.

use std::time::Duration;

use protocol::Workload;

use crate::request::Request;
use catalog::{Chosen, Param, params, params::WORKERS};
use results::Profile;
use schedule::Settings;

/// More cells than this are no longer one comparison that anybody waits for.
const MOST_CELLS: usize = 64;
/// Beyond two keys nobody reads the table.
const MOST_KEYS: usize = 2;
/// With few lanes a workload that waits is slow under every model: a cell runs the tasks that an
/// ideal run has time for in this.
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
    for (at, sweep) in sweeps.iter().enumerate() {
        let key = &sweep.key;
        if sweeps[..at].iter().any(|other| other.key == *key) {
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
    let typed = match swept && typed.is_empty() {
        true => all(),
        false => typed,
    };
    let of = |name: String| cells.iter().map(move |cell| params::typed_at(&name, cell));
    typed.into_iter().flat_map(of).collect()
}

/// Two values that mean the same make two rows of one work, of which a curve can have one only.
pub(super) fn refuse_equal_cells(workloads: &[Chosen]) -> Result<(), String> {
    let work = |chosen: &Chosen| {
        let cell = chosen.cell.as_ref()?;
        let workload = Workload {
            name: cell.of.clone(),
            ..chosen.workload.clone()
        };
        Some((workload, cell.workers()))
    };
    for (at, one) in workloads.iter().enumerate() {
        let same = |other: &&Chosen| work(other).is_some() && work(other) == work(one);
        if let Some(other) = workloads[..at].iter().find(same) {
            return Err(format!(
                "--param: {} and {} are the same work",
                other.typed, one.typed
            ));
        }
    }
    Ok(())
}

/// The profile's, made shorter a cell and longer in all where there is a sweep.
pub(super) fn settings(profile: Profile, workloads: &[Chosen]) -> Settings {
    let settings = Settings::of(profile);
    match workloads.iter().any(|chosen| chosen.cell.is_some()) {
        true => Settings {
            longest_ideal: settings.longest_ideal.min(LONGEST_IDEAL),
            budget: settings.budget * PATIENCE,
            ..settings
        },
        false => settings,
    }
}
