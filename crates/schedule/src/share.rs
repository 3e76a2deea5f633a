//! The share of a variant: how many tasks of a workload it runs, and how many of them at once.

use std::time::Duration;

use catalog::{Capacity, Selected};
use protocol::{Rate, Workload};
use results::Share;

use crate::settings::Settings;

/// A small run has this many times fewer tasks.
const SMALL: u64 = 1000;

/// The part of a run at a rate that is left takes so long by its arrivals: in less, the load that is asked for has
/// hardly begun. It is as long as what `quick` leaves of waits.
const SHORTEST_AT_RATE: Duration = Duration::from_millis(250);

/// The size of runs that every variant is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Threads or processes that compute.
    pub workers: u64,
    /// The number of lanes, instead of the workload's own.
    pub in_flight: Option<u64>,
    /// The most lanes, where their number is the workload's own.
    pub most_lanes: Option<u64>,
    /// Microseconds after which a thread that waits for an interpreter lock asks for it.
    pub switch_interval_us: u64,
}

impl Wanted {
    /// The same for a workload, which may have its own number of workers.
    pub fn with_workers(self, workers: Option<u64>) -> Wanted {
        Wanted {
            workers: workers.unwrap_or(self.workers),
            ..self
        }
    }

    /// The number of lanes that every variant is asked for at a workload.
    pub fn lanes(&self, workload: &Workload) -> u64 {
        let most = self.most_lanes.unwrap_or(u64::MAX);
        self.in_flight
            .unwrap_or_else(|| workload.in_flight.lanes(self.workers).min(most))
    }
}

/// The limits of one variant at one workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ability {
    /// How many lanes it can open.
    pub capacity: Capacity,
    /// How many times fewer tasks its model says that it runs.
    pub scale: u64,
}

impl Ability {
    /// The limits of a variant at a workload.
    pub fn of(selected: &Selected, workload: &Workload) -> Ability {
        Ability {
            capacity: selected.variant.capacity,
            scale: selected.model.scale_of(workload),
        }
    }
}

/// The same share with only the first so many tasks, where that is asked for; the workload has `all`.
///
/// # Errors
/// Where the workload has fewer.
pub fn first_of(planned: Share, tasks: Option<u64>, all: u64) -> Result<Share, String> {
    match tasks {
        Some(tasks) if tasks > all => Err(format!("--tasks {tasks}: the workload has {all}")),
        Some(tasks) => Ok(Share {
            tasks,
            // They may be too few for all lanes.
            in_flight: planned.in_flight.min(tasks),
        }),
        None => Ok(planned),
    }
}

/// The share of a variant: all tasks of the workload, unless the run is to be small, its model states that
/// it runs so many times fewer, or even an ideal run of this capacity takes too long.
pub fn share(workload: &Workload, ability: Ability, wanted: &Wanted, settings: &Settings) -> Share {
    let Ability { capacity, scale } = ability;
    let lanes = wanted.lanes(workload);
    let wished = if settings.small {
        prefix(workload, workload.tasks, SMALL, lanes)
    } else {
        workload.tasks
    };
    let scaled = prefix(workload, wished, scale, lanes);
    let in_flight = lanes.min(capacity.lanes(wanted.workers)).min(scaled).max(1);
    // Waits are the only time that is known before anything has run. Whole rounds keep all lanes busy
    // to the end, so that a prefix has the same time per task as all tasks would have.
    let wait = workload.wait_per_task();
    let rounds = rounds_within(settings.longest_ideal, wait).max(1);
    let mut within = in_flight.saturating_mul(rounds);
    if can_keep_up(workload.rate, wait, in_flight) {
        within = within.max(fewest(workload));
    }
    Share {
        tasks: scaled.min(within),
        in_flight,
    }
}

/// The tasks of a run of a workload that has so many times fewer than these.
fn prefix(workload: &Workload, tasks: u64, times_fewer: u64, lanes: u64) -> u64 {
    // With at least two rounds every lane has a second task, and so begins one while others end.
    let two_rounds = lanes.saturating_mul(2);
    let least = two_rounds.max(fewest(workload));
    tasks.min((tasks / times_fewer).max(least))
}

/// The tasks that a run has at the least, however it is shortened: where somebody else sets the pace, a length that
/// the pace decides.
fn fewest(workload: &Workload) -> u64 {
    match (workload.rate, &workload.serve) {
        (Some(rate), _) => arrivals_within_shortest(rate),
        (None, Some(_)) => workload.tasks,
        (None, None) => 0,
    }
}

/// The tasks that arrive at this rate in the shortest run.
fn arrivals_within_shortest(rate: Rate) -> u64 {
    let arriving = u128::from(rate.per_second()) * SHORTEST_AT_RATE.as_millis();
    u64::try_from(arriving.div_ceil(1000)).unwrap_or(u64::MAX)
}

/// Whether so many lanes have room for all tasks that wait at the same time at this rate. Where they have not, tasks
/// come later and later, and a run takes as long as its waits.
fn can_keep_up(rate: Option<Rate>, wait: Duration, in_flight: u64) -> bool {
    rate.is_some_and(|rate| {
        let waiting = u128::from(rate.per_second()) * wait.as_nanos();
        waiting.div_ceil(1_000_000_000) <= u128::from(in_flight)
    })
}

/// How many tasks with this wait one lane can do in this time.
fn rounds_within(longest: Duration, wait: Duration) -> u64 {
    match wait.as_nanos() {
        // Work that only computes has no known time: it is never shortened here.
        0 => u64::MAX,
        wait => u64::try_from(longest.as_nanos() / wait).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
#[path = "share_test.rs"]
mod tests;
