//! What carries out the runs of a comparison: real programs, or a script. It is chosen once, when a
//! comparison begins; everything else treats both alike.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use catalog::{Chosen, Selected};
use launch::{JudgedRun, RunError, Trial};
use results::{Arm, Failure, Outcome};

use crate::log::RightAnswers;

/// When a run takes place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// The number of its block.
    pub(crate) block: u64,
    /// Its place within the block.
    pub(crate) slot: u64,
    /// Which arm of the reference it is.
    pub(crate) arm: Arm,
}

/// A program that is ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// What it prints as its version.
    pub(crate) version: String,
    /// A digest of its files, by which a later build is told from this one.
    pub(crate) fingerprint: Option<String>,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Executed {
    /// What the program said and whether it can be believed, or why it said nothing.
    pub(crate) run: Result<JudgedRun, Failure>,
    /// How long it took to start services before the run, which is no part of what the run took.
    pub(crate) services_took: Duration,
}

/// A run that has ended, and what was seen of the machine meanwhile.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) executed: Executed,
    /// Clock ticks that the hypervisor took, where it tells.
    pub(crate) steal_ticks: Option<u64>,
    /// The time on this machine, with the start of services.
    pub(crate) elapsed: Duration,
}

/// Carries out the runs of one comparison. A failed run is a value; an error stops the comparison.
pub(crate) trait Executor {
    /// Makes the program of a variant ready, and says what it is.
    fn build(&mut self, selected: &Selected) -> Result<Result<Built, Failure>, RunError>;

    /// Makes ready what the runs of these workloads need beside the programs of the variants.
    fn build_services(&mut self, workloads: &[Chosen]) -> Result<(), RunError>;

    /// A digest of each program beside those of the variants that these workloads need, by its name.
    fn programs(&self, workloads: &[Chosen]) -> BTreeMap<String, String>;

    /// The right digest of each prefix of a workload's tasks.
    fn right_answers(
        &mut self,
        chosen: &Chosen,
        prefixes: &[u64],
    ) -> Result<RightAnswers, RunError>;

    /// Runs a trial once, and judges its answer against the expected digest.
    fn run(&mut self, trial: &Trial<'_>, turn: Turn, expected: &str) -> Result<Executed, RunError>;

    /// Which task of a trial whose answer is wrong was the first to go wrong, in words. Files that it
    /// needs for this lie in `folder` meanwhile.
    fn first_wrong_task(&mut self, trial: &Trial<'_>, folder: &Path) -> Result<String, RunError>;

    /// How long the control computation takes right now, at the begin of this block, in nanoseconds.
    fn control_ns(&mut self, block: u64) -> u64;

    /// What a run took of the time for the comparison, of which `elapsed` has passed on this machine.
    fn took(&self, outcome: &Outcome, elapsed: Duration) -> Duration;
}
