//! What is asked for, as plain options.

use std::time::Duration;

use catalog::Sweep;
use launch::Sizes;

use crate::condition::Until;

/// What is to be found, of whom, and how thoroughly.
#[derive(Clone, Debug)]
pub struct Request {
    /// A workload's name, or the path of a workload file.
    pub workload: String,
    /// The condition that a rate has to keep.
    pub until: Until,
    /// Globs over variants; where there is none, those that take part by default.
    pub models: Vec<String>,
    /// Parameters to sweep: a row for each value.
    pub params: Vec<Sweep>,
    /// How long the tasks of a run of the search take to arrive.
    pub probe: Duration,
    /// How long those of a confirmation take to arrive.
    pub confirm: Duration,
    /// The seed of the tasks, instead of the workload's.
    pub seed: Option<u64>,
    /// How large runs are, and where they take place.
    pub sizes: Sizes,
    /// What is printed.
    pub format: Format,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Table,
    /// One JSON object.
    Json,
}
