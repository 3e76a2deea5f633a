//! The profiles: how much is measured by default. All figures of METHOD are here.

use std::time::Duration;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the quick profile runs unless workloads are named: waiting, computing, and both.
pub(crate) const QUICK_WORKLOADS: [&str; 3] = ["http", "sha256", "api"];

/// How thorough a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Profile {
    /// One block of small runs: correctness only
    Smoke,
    /// A few workloads and variants, 12 blocks: about two minutes
    Quick,
    /// Everything, 30 blocks or 10 minutes
    Standard,
    /// Everything, 60 blocks or an hour
    Rigorous,
}

/// What a profile stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Measured blocks, after the one of correctness.
    pub(crate) blocks: u64,
    /// How long the measured blocks may take together.
    pub(crate) budget: Duration,
    /// Whether only a twentieth of the tasks is run, at least twice what is in flight.
    pub(crate) small: bool,
    /// A variant that could not finish all tasks in this time runs a prefix of them.
    pub(crate) longest_ideal: Duration,
}

impl Profile {
    pub(crate) fn settings(self) -> Settings {
        let longest_ideal = Duration::from_secs(2);
        let measured = |blocks, seconds| Settings {
            blocks,
            budget: Duration::from_secs(seconds),
            small: false,
            longest_ideal,
        };
        match self {
            // Answers do not depend on how long a run is: a run of 0.2 s shows them as well.
            Self::Smoke => Settings {
                small: true,
                longest_ideal: Duration::from_millis(200),
                ..measured(0, 60)
            },
            Self::Quick => measured(30, 105),
            Self::Standard => measured(30, 10 * 60),
            Self::Rigorous => measured(60, 60 * 60),
        }
    }

    /// Whether times are measured at all.
    pub(crate) fn measures(self) -> bool {
        self != Self::Smoke
    }
}
