//! Flags that say how large a run is and where it takes place.

use std::time::Duration;

use clap::{Args, ValueEnum, value_parser};

use super::values::{switch_interval, time};

/// How large a run is.
#[derive(Debug, Args)]
pub(crate) struct SizeArgs {
    /// Threads or processes that compute [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1024))]
    workers: Option<u64>,
    /// Tasks in flight at once, instead of the workload's number
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=100_000))]
    in_flight: Option<u64>,
    /// The processors that a model's processes may use; services are not pinned
    #[arg(long, value_enum, default_value = "free")]
    placement: Placement,
    /// URL of an existing PostgreSQL server, `postgres://user:password@host:port/database`, instead
    /// of a server that is started for this
    #[arg(long, value_name = "URL")]
    pub(super) postgres: Option<String>,
    /// GIL switch interval of the `+gil` variants: how long a thread waits before it requests the lock
    #[arg(
        long = "switch-interval", value_name = "TIME", default_value = "5ms",
        value_parser = switch_interval
    )]
    switch_interval_us: u64,
    /// Kill a run that takes longer
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    time_limit: Duration,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Placement {
    /// All processors, as the system schedules them
    Free,
    /// One processor for all of them
    OneCpu,
}

impl SizeArgs {
    /// What they mean to the commands that run programs.
    pub(crate) fn sizes(&self) -> launch::Sizes {
        launch::Sizes {
            workers: self.workers,
            in_flight: self.in_flight,
            // As with profiles: the stored type knows nothing of the command line.
            placement: match self.placement {
                Placement::Free => results::Placement::Free,
                Placement::OneCpu => results::Placement::OneCpu,
            },
            postgres: self.postgres.clone(),
            switch_interval_us: self.switch_interval_us,
            time_limit: self.time_limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        sizes: SizeArgs,
    }

    #[test]
    fn defaults_are_those_of_the_libraries() {
        let sizes = Only::parse_from(["t"]).sizes.sizes();
        assert_eq!(sizes.time_limit, launch::DEFAULT_TIME_LIMIT);
        assert_eq!(
            sizes.switch_interval_us,
            protocol::DEFAULT_SWITCH_INTERVAL_US
        );
        assert_eq!(sizes.placement, results::Placement::default());
    }
}
