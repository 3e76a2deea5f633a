//! The profiles: how much is measured by default. All figures of METHOD are here.

use std::time::Duration;

use results::Profile;

/// What a profile stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Measured blocks, after the one of correctness.
    pub blocks: u64,
    /// How long the measured blocks may take together.
    pub budget: Duration,
    /// Whether only a twentieth of the tasks is run, at least twice what is in flight.
    pub small: bool,
    /// A variant that could not finish all tasks in this time runs a prefix of them.
    pub longest_ideal: Duration,
}

impl Settings {
    /// What a profile stands for.
    pub fn of(profile: Profile) -> Settings {
        let longest_ideal = Duration::from_secs(2);
        let measured = |blocks, seconds| Settings {
            blocks,
            budget: Duration::from_secs(seconds),
            small: false,
            longest_ideal,
        };
        match profile {
            // Answers do not depend on how long a run is: a run of 0.2 s shows them as well.
            Profile::Smoke => Settings {
                small: true,
                longest_ideal: Duration::from_millis(200),
                ..measured(0, 60)
            },
            Profile::Quick => measured(30, 105),
            Profile::Standard => measured(30, 10 * 60),
            Profile::Rigorous => measured(60, 60 * 60),
        }
    }
}
