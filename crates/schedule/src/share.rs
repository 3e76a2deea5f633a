//! The share of a variant: how many tasks of a workload it runs, and how many of them at once.

use std::time::Duration;

use catalog::{Capacity, Selected};
use protocol::Workload;
use results::Share;

use crate::settings::Settings;

/// A small run has this many times fewer tasks.
const SMALL: u64 = 1000;

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
        prefix(workload.tasks, SMALL, lanes)
    } else {
        workload.tasks
    };
    let scaled = prefix(wished, scale, lanes);
    let in_flight = lanes.min(capacity.lanes(wanted.workers)).min(scaled).max(1);
    // Waits are the only time that is known before anything has run. Whole rounds keep all lanes busy
    // to the end, so that a prefix has the same time per task as all tasks would have.
    let rounds = rounds_within(settings.longest_ideal, workload.wait_per_task());
    let tasks = scaled.min(in_flight.saturating_mul(rounds.max(1)));
    Share { tasks, in_flight }
}

/// The tasks of a run that has so many times fewer.
fn prefix(tasks: u64, times_fewer: u64, lanes: u64) -> u64 {
    // With at least two rounds every lane has a second task, and so begins one while others end.
    let two_rounds = lanes.saturating_mul(2);
    tasks.min((tasks / times_fewer).max(two_rounds))
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
mod tests {
    use super::*;
    use results::Profile;

    fn workload(tasks: u64, in_flight: u64) -> Workload {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = {tasks}\nin_flight = {in_flight}\n\
             seed = 1\n[[step]]\nhttp-get = {{ bytes = 1, latency = \"20ms\" }}\n"
        );
        protocol::parse(text.as_bytes(), "w.toml").unwrap()
    }

    fn whole(capacity: Capacity) -> Ability {
        Ability { capacity, scale: 1 }
    }

    #[test]
    fn who_states_a_scale_runs_so_many_times_fewer_and_two_rounds_at_least() {
        let wanted = Wanted {
            workers: 2,
            in_flight: Some(2),
            most_lanes: None,
            switch_interval_us: 5000,
        };
        let tasks = |scale: u64, profile: Profile| {
            let ability = Ability {
                capacity: Capacity::Workers,
                scale,
            };
            let no_wait = Workload {
                steps: Vec::new(),
                ..workload(400, 2)
            };
            share(&no_wait, ability, &wanted, &Settings::of(profile)).tasks
        };
        assert_eq!(
            [1, 20, 1000].map(|scale| tasks(scale, Profile::Standard)),
            [400, 20, 4]
        );
        assert_eq!([1, 20].map(|scale| tasks(scale, Profile::Smoke)), [4, 4]);
    }

    fn shared(capacity: Capacity, profile: Profile) -> (u64, u64) {
        let wanted = Wanted {
            workers: 2,
            in_flight: None,
            most_lanes: Settings::of(profile).most_lanes,
            switch_interval_us: 5000,
        };
        let share = share(
            &workload(2000, 100),
            whole(capacity),
            &wanted,
            &Settings::of(profile),
        );
        (share.tasks, share.in_flight)
    }

    #[test]
    fn who_is_fast_enough_runs_everything() {
        assert_eq!(shared(Capacity::InFlight, Profile::Standard), (2000, 100));
        assert_eq!(shared(Capacity::Lanes(20), Profile::Standard), (2000, 20));
    }

    #[test]
    fn who_is_not_runs_whole_rounds_of_a_prefix() {
        assert_eq!(shared(Capacity::Lanes(1), Profile::Standard), (100, 1));
        assert_eq!(shared(Capacity::Workers, Profile::Standard), (200, 2));
        assert_eq!(shared(Capacity::Lanes(19), Profile::Standard), (1900, 19));
    }

    #[test]
    fn quick_runs_a_quarter_of_a_second_of_waits_and_the_same_tasks_for_as_many_lanes() {
        assert_eq!(shared(Capacity::InFlight, Profile::Quick), (1200, 100));
        assert_eq!(shared(Capacity::Lanes(100), Profile::Quick), (1200, 100));
        assert_eq!(shared(Capacity::Workers, Profile::Quick), (24, 2));
        assert_eq!(shared(Capacity::Lanes(1), Profile::Quick), (12, 1));
    }

    #[test]
    fn smoke_runs_two_rounds_of_a_few_lanes_unless_more_are_asked_for() {
        assert_eq!(shared(Capacity::InFlight, Profile::Smoke), (8, 4));
        assert_eq!(shared(Capacity::Lanes(1), Profile::Smoke), (2, 1));
        let wanted = Wanted {
            workers: 2,
            in_flight: Some(1000),
            most_lanes: Some(8),
            switch_interval_us: 5000,
        };
        let settings = Settings::of(Profile::Smoke);
        let share = share(
            &workload(1500, 100),
            whole(Capacity::InFlight),
            &wanted,
            &settings,
        );
        assert_eq!((share.tasks, share.in_flight), (1500, 1000));
    }

    #[test]
    fn a_wait_longer_than_the_limit_is_waited_for_once() {
        let mut slow = workload(50, 5);
        let wanted = Wanted {
            workers: 2,
            in_flight: None,
            most_lanes: None,
            switch_interval_us: 5000,
        };
        if let protocol::Step::HttpGet(get) = &mut slow.steps[0] {
            get.latency = Duration::from_secs(3);
        }
        let share = share(
            &slow,
            whole(Capacity::InFlight),
            &wanted,
            &Settings::of(Profile::Standard),
        );
        assert_eq!((share.tasks, share.in_flight), (5, 5));
    }
}
