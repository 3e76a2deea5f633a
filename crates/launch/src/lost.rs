//! The services of one command that ended by themselves. A run that failed meanwhile says nothing of its
//! program.

use catalog::{uses_origin, uses_postgres};
use protocol::Workload;

/// What a service that listens serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    Http,
    Pulses,
    Rows,
}

impl Served {
    /// Whether the tasks of a workload ask such a service.
    pub(crate) fn is_used_by(self, workload: &Workload) -> bool {
        match self {
            Self::Http => uses_origin(workload),
            Self::Pulses => workload.is_paced_by_pulses(),
            Self::Rows => uses_postgres(workload),
        }
    }

    /// The service in the words of a message.
    fn name(self) -> &'static str {
        match self {
            Self::Http => "the HTTP origin",
            Self::Pulses => "the pulse service",
            Self::Rows => "the PostgreSQL server",
        }
    }
}

/// The services that ended, in the order in which that was noticed, and how, in words.
#[derive(Debug, Default)]
pub(crate) struct Lost(Vec<(Served, String)>);

impl Lost {
    /// Adds one that has ended.
    pub(crate) fn add(&mut self, served: Served, end: &str) {
        self.0.push((served, format!("{}: {end}", served.name())));
    }

    /// How many that a workload uses have ended.
    pub(crate) fn number(&self, workload: &Workload) -> usize {
        self.of(workload).count()
    }

    /// How the last of those that a workload uses ended, where more of them have than so many.
    pub(crate) fn last_since(&self, workload: &Workload, number: usize) -> Option<String> {
        self.of(workload).skip(number).last().map(str::to_owned)
    }

    fn of(&self, workload: &Workload) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(served, _)| served.is_used_by(workload))
            .map(|(_, words)| words.as_str())
    }
}
