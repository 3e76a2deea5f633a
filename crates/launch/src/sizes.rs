//! The sizes and limits that every command that runs programs is given.

use std::time::Duration;

use results::Placement;
use schedule::Wanted;

use host::machine;

/// The sizes that were asked for.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Worker threads or processes; `None` for as many as there are processors.
    pub workers: Option<u64>,
    /// Tasks in flight at once, instead of the workload's own number.
    pub in_flight: Option<u64>,
    /// Where a model's processes may run.
    pub placement: Placement,
    /// The URL of a PostgreSQL server that is there already.
    pub postgres: Option<String>,
    /// The switch interval of emulated interpreter locks, in microseconds.
    pub switch_interval_us: u64,
    /// A run that takes longer than this is ended.
    pub time_limit: Duration,
}

impl Sizes {
    /// What is asked of every variant, with defaults filled in.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            workers: self.workers(),
            in_flight: self.in_flight,
            most_lanes: None,
            switch_interval_us: self.switch_interval_us,
        }
    }

    /// The number of workers, with its default filled in.
    pub fn workers(&self) -> u64 {
        // One processor does not need two workers, unless they are asked for.
        self.workers.unwrap_or_else(|| match self.placement {
            Placement::Free => machine::processors(),
            Placement::OneCpu => 1,
        })
    }
}
