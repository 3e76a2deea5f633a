//! What one comparison of a soak is of, and what is killed when: all of it follows from the seed.

use std::time::Duration;

use verdict::rng::Generator;

/// What a kill is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The tool itself, by SIGKILL.
    Tool,
    /// The tool itself, by SIGTERM, as a job control or a shutdown does it.
    ToolPolitely,
    /// A model's program.
    Model,
    /// A process that a model's program has started.
    Worker,
    /// A service: the HTTP origin, or the keeper of a PostgreSQL server.
    Service,
    /// A process of a PostgreSQL server.
    Postgres,
}

/// A comparison: workloads and variants that have something to kill.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The words after `compare`.
    pub(crate) arguments: &'static [&'static str],
    /// What there is to kill.
    pub(crate) targets: &'static [Target],
}

/// One kill: a while after the tool was started, or after the kill before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kill {
    pub(crate) target: Target,
    pub(crate) after: Duration,
}

/// One comparison and its kills.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) scenario: &'static Scenario,
    pub(crate) kills: Vec<Kill>,
    pub(crate) seed: u64,
}

/// The most kills of one comparison.
const MOST_KILLS: u64 = 3;
/// The longest time before a kill. With builds, services and a dozen runs a comparison takes some seconds
/// more, so that kills fall into all of its stages.
const LONGEST_WAIT_MS: u64 = 6_000;

const SCENARIOS: [Scenario; 4] = [
    Scenario {
        name: "processes that compute",
        arguments: &[
            "sha256",
            "--model",
            "threads/pool",
            "--model",
            "multiproc/pool",
            "-L",
            "tasks=64",
        ],
        targets: &[
            Target::Tool,
            Target::ToolPolitely,
            Target::Model,
            Target::Worker,
        ],
    },
    Scenario {
        name: "GETs",
        arguments: &[
            "http-fast",
            "--model",
            "threads/pool",
            "--model",
            "async-tokio/multi-thread",
            "--model",
            "multiproc/event-loop",
            "-L",
            "tasks=2000",
        ],
        targets: &[
            Target::Tool,
            Target::ToolPolitely,
            Target::Model,
            Target::Worker,
            Target::Service,
        ],
    },
    Scenario {
        name: "queries",
        arguments: &[
            "postgres",
            "--model",
            "threads/pool",
            "--model",
            "async-tokio/current-thread",
            "-L",
            "tasks=500",
        ],
        targets: &[
            Target::Tool,
            Target::ToolPolitely,
            Target::Model,
            Target::Service,
            Target::Postgres,
        ],
    },
    Scenario {
        name: "smoke, several runs at a time",
        arguments: &[
            "http-fast",
            "sha256",
            "sleep",
            "--profile",
            "smoke",
            "--model",
            "threads/*",
            "--model",
            "multiproc/*",
        ],
        targets: &[
            Target::Tool,
            Target::ToolPolitely,
            Target::Model,
            Target::Worker,
            Target::Service,
        ],
    },
];

impl Plan {
    /// The comparison of this number, from 0, of a soak with this seed.
    pub(crate) fn of(seed: u64, number: u64) -> Plan {
        let mut random = Generator::for_stream(seed, number);
        let scenario = &SCENARIOS[number as usize % SCENARIOS.len()];
        let kills = 1 + random.below(MOST_KILLS);
        let kills = (0..kills).map(|_| {
            let target = random.below(scenario.targets.len() as u64);
            Kill {
                target: scenario.targets[target as usize],
                after: Duration::from_millis(random.below(LONGEST_WAIT_MS)),
            }
        });
        Plan {
            scenario,
            kills: kills.collect(),
            seed: number,
        }
    }
}

impl Target {
    pub(crate) const ALL: [Target; 6] = [
        Target::Tool,
        Target::ToolPolitely,
        Target::Model,
        Target::Worker,
        Target::Service,
        Target::Postgres,
    ];

    /// What is killed, in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Target::Tool => "the tool (SIGKILL)",
            Target::ToolPolitely => "the tool (SIGTERM)",
            Target::Model => "a model's program",
            Target::Worker => "a worker process",
            Target::Service => "a service",
            Target::Postgres => "a process of PostgreSQL",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_plans_the_same() {
        assert_eq!(Plan::of(7, 3), Plan::of(7, 3));
        assert_ne!(Plan::of(7, 3).kills, Plan::of(8, 3).kills);
    }

    #[test]
    fn a_hundred_comparisons_kill_everything_several_times() {
        let kills: Vec<Target> = (0..100)
            .flat_map(|number| Plan::of(1, number).kills)
            .map(|kill| kill.target)
            .collect();
        for target in Target::ALL {
            let times = kills.iter().filter(|one| **one == target).count();
            assert!(times >= 5, "{}: {times}", target.name());
        }
    }
}
