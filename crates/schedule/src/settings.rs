//! The settings of the profiles: how much is measured where flags do not say it.

use std::time::Duration;

use results::Profile;

/// The settings of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Measured blocks, without the first one, which checks answers.
    pub blocks: u64,
    /// How long the measured blocks may take together.
    pub budget: Duration,
    /// Whether a run has only a thousandth of the tasks, and at least two per lane.
    pub small: bool,
    /// The most lanes, where their number was not asked for.
    pub most_lanes: Option<u64>,
    /// A variant that could not finish all tasks in this time even if it wasted none runs a prefix of them.
    /// Who has as many lanes runs the same prefix.
    pub longest_ideal: Duration,
}

impl Settings {
    /// The settings of a profile.
    pub fn of(profile: Profile) -> Settings {
        match profile {
            // Answers do not depend on how long a run is, nor on how many lanes it has: a run of some
            // milliseconds on a few lanes shows them as well.
            Profile::Smoke => Settings {
                small: true,
                most_lanes: Some(4),
                longest_ideal: Duration::from_millis(50),
                ..measured(0, 60)
            },
            // What is left of two minutes after building, starting and the block of answers. Every variant
            // takes part in every block, and a whole run of half a second, start and end included, is all
            // that twelve blocks of them leave time for.
            Profile::Quick => Settings {
                longest_ideal: Duration::from_millis(250),
                ..measured(30, 105)
            },
            Profile::Standard => measured(30, 10 * 60),
            Profile::Rigorous => measured(60, 60 * 60),
        }
    }
}

/// The settings of a profile that measures: so many blocks in so many seconds.
fn measured(blocks: u64, seconds: u64) -> Settings {
    Settings {
        blocks,
        budget: Duration::from_secs(seconds),
        small: false,
        most_lanes: None,
        // A run takes 100 to 500 ms under a good model. One that takes ten times as long would use up
        // the blocks of all others, and is compared per task as well with fewer tasks.
        longest_ideal: Duration::from_secs(2),
    }
}
