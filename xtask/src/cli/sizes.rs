//! Flags that say how large a run is and where it takes place.

use std::env::VarError;
use std::time::Duration;

use clap::{Args, ValueEnum, value_parser};
use protocol::{MAX_IN_FLIGHT, PostgresUrl};
use terminal::{Usage, output};

use super::values::{switch_interval, time};

/// How large a run is.
#[derive(Debug, Args)]
pub(crate) struct SizeArgs {
    /// Threads or processes that compute [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1024))]
    workers: Option<u64>,
    /// Tasks in flight at once, instead of the workload's number
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MAX_IN_FLIGHT))]
    in_flight: Option<u64>,
    /// The processors that a model's processes may use; services are not pinned
    #[arg(long, value_enum, default_value = "free")]
    placement: Placement,
    /// URL of an existing PostgreSQL server, `postgres://user@host:port/database`, instead of a server
    /// that is started for this [env: MANYWAYS_POSTGRES_URL]; a password is better in that variable, in
    /// PGPASSWORD or in ~/.pgpass, since other users see command lines
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
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

/// Names a server as `--postgres` does.
const POSTGRES_URL: &str = "MANYWAYS_POSTGRES_URL";

const SEEN_BY_ALL: &str = "warning: every user of this machine can see the password in `--postgres`: name the URL \
     in MANYWAYS_POSTGRES_URL, or the password in PGPASSWORD or ~/.pgpass";

fn read_url(source: &str, url: &str) -> anyhow::Result<PostgresUrl> {
    PostgresUrl::parse(url).map_err(|error| Usage::error(format!("{source}: {error}")))
}

impl SizeArgs {
    /// Checks the URL of a server. The parser does not, because it quotes a value that it refuses, and
    /// this one may hold a password.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if let Some(url) = &self.postgres {
            let parts = read_url("--postgres", url)?;
            if parts.password.is_some() {
                output::complain(SEEN_BY_ALL);
            }
            return Ok(());
        }
        match std::env::var(POSTGRES_URL) {
            Ok(url) if !url.is_empty() => read_url(POSTGRES_URL, &url).map(drop),
            Err(VarError::NotUnicode(_)) => {
                Err(Usage::error(format!("{POSTGRES_URL} is not UTF-8")))
            }
            _ => Ok(()),
        }
    }

    /// The URL of a server, from the flag or else from the environment.
    fn postgres_url(&self) -> Option<String> {
        let of_environment = std::env::var(POSTGRES_URL).ok();
        let url = self.postgres.clone().or(of_environment);
        url.filter(|url| !url.is_empty())
    }

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
            postgres: self.postgres_url(),
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
