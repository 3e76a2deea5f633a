//! What is compared, and how thoroughly: every name looked up, every default filled in.

use std::time::Duration;

use catalog::{Broken, Chosen, Selected};
use launch::Builds;
use results::Options;
use schedule::{Settings, Wanted};

use crate::scripted::Script;

/// What is compared, and how thoroughly.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What was asked for, as `run.json` keeps it.
    pub options: Options,
    /// How much of each workload runs.
    pub settings: Settings,
    /// What is asked of every variant.
    pub wanted: Wanted,
    /// A run that takes longer is ended.
    pub limit: Duration,
    /// The workloads that run, in the order of the tables.
    pub workloads: Vec<Chosen>,
    /// The reference among them.
    pub variants: Vec<Selected>,
    /// Models that would take part if they could be read.
    pub broken: Vec<(Broken, bool)>,
    /// A PostgreSQL server that is there already.
    pub postgres: Option<String>,
    /// Whether programs are built, or found as they are.
    pub builds: Builds,
    /// Played instead of running programs.
    pub script: Option<Script>,
}

impl Choice {
    /// What is asked of everybody at a workload.
    pub fn wanted_of(&self, chosen: &Chosen) -> Wanted {
        self.wanted.with_workers(chosen.workers())
    }
}
