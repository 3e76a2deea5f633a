//! How long runs are, and over which tasks they go.

use std::time::Duration;

/// The most tasks of a run: a workload has no more.
pub(crate) const MOST_TASKS: u64 = 10_000_000;
/// A run of a low rate is made longer for the sake of its percentiles, but not more than so many times.
const MOST_TIMES_LONGER: u64 = 4;
/// Tasks of the smallest run: with fewer the first ones, which find everything cold, are all that there is.
const FEWEST_TASKS: u64 = 5;

/// How a rate is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The rate at which the search begins.
    pub(crate) first: u64,
    /// No rate above this is tried.
    pub(crate) most: u64,
    /// How long the tasks of a run of the search take to arrive.
    pub(crate) probe: Duration,
    /// How long those of a confirmation take to arrive.
    pub(crate) confirm: Duration,
    /// The seed of the tasks of the search. Every confirmation has another.
    pub(crate) seed: u64,
    /// The fewest tasks by which the condition can be judged.
    pub(crate) fewest_tasks: u64,
}

/// One run that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) rate: u64,
    pub(crate) tasks: u64,
    pub(crate) seed: u64,
}

impl Plan {
    /// A run of the search.
    pub(crate) fn probe(&self, rate: u64) -> Asked {
        Asked {
            rate,
            tasks: self.tasks(rate, self.probe),
            seed: self.seed,
        }
    }

    /// The confirmation of this number, from 1.
    pub(crate) fn confirmation(&self, rate: u64, number: u64) -> Asked {
        Asked {
            rate,
            tasks: self.tasks(rate, self.confirm),
            seed: self.seed.wrapping_add(number),
        }
    }

    /// A few tasks that hardly meet each other, where the fastest of many took so long: each arrives when the one before
    /// it is over for as long as three of them take.
    pub(crate) fn alone(&self, fastest_ns: u64) -> Asked {
        let rate = 1_000_000_000 / fastest_ns.saturating_mul(4).max(1);
        Asked {
            rate: rate.clamp(1, self.most.max(1)),
            tasks: FEWEST_TASKS,
            seed: self.seed,
        }
    }

    fn tasks(&self, rate: u64, length: Duration) -> u64 {
        let most = arrivals(rate, length, MOST_TIMES_LONGER);
        let longer = self.fewest_tasks.min(most);
        let tasks = arrivals(rate, length, 1).max(longer);
        tasks.clamp(FEWEST_TASKS, MOST_TASKS)
    }
}

/// The tasks that arrive within so many times this length.
fn arrivals(rate: u64, length: Duration, times: u64) -> u64 {
    let tasks = u128::from(rate) * length.as_millis() * u128::from(times) / 1000;
    u64::try_from(tasks).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::plan;

    #[test]
    fn a_run_has_the_tasks_that_arrive_in_its_time_and_enough_for_its_percentiles() {
        let plan = Plan {
            fewest_tasks: 1000,
            ..plan(1)
        };
        let tasks = |rate| plan.probe(rate).tasks;
        assert_eq!(tasks(5000), 10_000);
        assert_eq!(tasks(300), 1000, "as many as the condition needs");
        assert_eq!(tasks(50), 400, "but not longer than that");
        assert_eq!(tasks(1), 8);
        assert_eq!(crate::fixtures::plan(1).probe(1).tasks, FEWEST_TASKS);
        let slow = Plan {
            confirm: Duration::from_secs(3600),
            ..plan
        };
        assert_eq!(slow.confirmation(1_000_000, 1).tasks, MOST_TASKS);
    }

    #[test]
    fn tasks_that_are_to_be_alone_come_a_quarter_as_often_as_they_could_end() {
        let alone = plan(1).alone(100_000_000);
        assert_eq!((alone.rate, alone.tasks), (2, FEWEST_TASKS));
        assert_eq!(plan(1).alone(u64::MAX).rate, 1);
    }

    #[test]
    fn every_confirmation_is_over_tasks_that_no_run_had_before() {
        let plan = plan(1);
        let seeds = [
            plan.probe(5).seed,
            plan.confirmation(5, 1).seed,
            plan.confirmation(5, 2).seed,
        ];
        assert_eq!(seeds, [7, 8, 9]);
        assert_eq!(plan.probe(9).seed, 7);
    }
}
