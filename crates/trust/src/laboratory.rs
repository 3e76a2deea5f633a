//! One real run, through the machinery that `compare` uses: services, programs, judged answers.

use std::time::Duration;

use anyhow::anyhow;
use catalog::{Chosen, Registry, Selected, Workspace, workloads};
use host::{Ledger, machine};
use launch::{Bench, RunError, Trial};
use protocol::DEFAULT_SWITCH_INTERVAL_US;
use results::{Placement, Share};
use schedule::Wanted;
use terminal::{Usage, interrupt};

use crate::metrics::ByMetric;

/// The time that a run is meant to take: long beside the starting of its threads, and short enough
/// for thousands of runs.
const RUN: Duration = Duration::from_millis(200);
/// The time limit of a run. A run that takes longer is ended, and the command fails.
const LIMIT: Duration = Duration::from_secs(30);

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Nanoseconds of its tasks, and of processor time of its process tree.
    pub(crate) by: ByMetric<f64>,
    /// The time from the start of its process to its end.
    pub(crate) wall: Duration,
}

/// The programs and services that runs need.
pub(crate) struct Laboratory<'a> {
    workspace: &'a Workspace,
    bench: Bench<'a>,
    wanted: Wanted,
}

/// A variant at a workload.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// `model/variant`.
    pub(crate) name: String,
    pub(crate) chosen: Chosen,
    selected: Selected,
    /// Tasks and right digest of the plain arm, and of the arm with more tasks.
    arms: [(u64, String); 2],
}

impl<'a> Laboratory<'a> {
    /// A laboratory in which no service runs yet.
    pub(crate) fn new(workspace: &'a Workspace, ledger: &'a Ledger) -> Laboratory<'a> {
        Laboratory {
            workspace,
            bench: Bench::new(workspace, ledger, None),
            wanted: Wanted {
                workers: machine::processors(),
                in_flight: None,
                most_lanes: None,
                switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
            },
        }
    }

    /// Looks up a variant and a workload, and builds what they need.
    ///
    /// # Errors
    /// A name that leads nowhere, or a build that fails.
    pub(crate) fn subject(&mut self, name: &str, workload: &str) -> anyhow::Result<Subject> {
        let chosen = workloads::of_catalogue(self.workspace, workload).map_err(Usage::error)?;
        let registry = Registry::find(self.workspace);
        let selected = registry.exactly(name).map_err(Usage::error)?;
        self.bench
            .build(&selected, &chosen.workload)
            .map_err(RunError::into_anyhow)?;
        let tasks = chosen.workload.tasks;
        let mut subject = Subject {
            name: name.to_owned(),
            chosen,
            selected,
            arms: Default::default(),
        };
        self.fix(&mut subject, tasks, tasks)?;
        Ok(subject)
    }

    /// Sets the numbers of tasks of the two arms, and computes the right answer of each.
    pub(crate) fn fix(
        &mut self,
        subject: &mut Subject,
        plain: u64,
        more: u64,
    ) -> anyhow::Result<()> {
        let workload = &mut subject.chosen.workload;
        workload.tasks = plain.max(more);
        let right = self
            .bench
            .expected(workload, &[plain, more])
            .map_err(RunError::into_anyhow)?;
        subject.arms = [plain, more].map(|tasks| (tasks, right[&tasks].clone()));
        Ok(())
    }

    /// The number of tasks that fit into a run, which can be divided into so many parts of whole rounds.
    pub(crate) fn tasks_of_a_run(&mut self, subject: &Subject, parts: u64) -> anyhow::Result<u64> {
        // The shortest of three runs is the least disturbed one. A disturbed run would lead to runs
        // that are too short for all comparisons to come.
        let mut shortest = f64::INFINITY;
        for _ in 0..3 {
            shortest = shortest.min(self.run(subject, false, 0)?.by.time);
        }
        let tasks = subject.arms[0].0 as f64;
        let fitting = tasks * RUN.as_nanos() as f64 / shortest;
        // One part more then takes whole rounds too, and truly longer by that part.
        let round = parts * self.lanes(subject, u64::MAX);
        Ok(((fitting / round as f64).round() as u64).max(1) * round)
    }

    fn lanes(&self, subject: &Subject, tasks: u64) -> u64 {
        let capacity = subject.selected.variant.capacity;
        let lanes = self.wanted.lanes(&subject.chosen.workload);
        lanes.min(capacity.lanes(self.wanted.workers)).min(tasks)
    }

    /// What one run takes.
    ///
    /// # Errors
    /// A run that fails or whose answer is wrong, or an interrupt: a comparison with a run missing
    /// would not be one that `compare` makes.
    pub(crate) fn run(
        &mut self,
        subject: &Subject,
        more: bool,
        padding: usize,
    ) -> anyhow::Result<Figures> {
        interrupt::check()?;
        let (tasks, right) = &subject.arms[usize::from(more)];
        let share = Share {
            tasks: *tasks,
            in_flight: self.lanes(subject, *tasks),
        };
        let trial = Trial {
            selected: &subject.selected,
            chosen: &subject.chosen,
            wanted: self.wanted,
            share,
            limit: LIMIT,
            placement: Placement::Free,
            padding,
            hold: false,
            digests: None,
            trace: None,
        };
        let finished = self
            .bench
            .judged_run(&trial, right)
            .and_then(|run| Ok(run.into_believed()?))
            .map_err(|error| of_subject(subject, error))?;
        Ok(Figures {
            by: ByMetric {
                time: finished.done.elapsed_ns as f64,
                cpu: finished.done.cpu_ns as f64,
            },
            wall: finished.wall,
        })
    }
}

fn of_subject(subject: &Subject, error: RunError) -> anyhow::Error {
    match error {
        RunError::Failed(failure) => {
            anyhow!("{}: {failure}\n{}", subject.name, failure.stderr)
        }
        RunError::Interrupted(interrupted) => interrupted.into(),
        RunError::Service(error) | RunError::Tool(error) => error,
    }
}
