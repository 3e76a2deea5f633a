//! A workload: what is done, how often, and how much of it at once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::coordination::Coordination;
use crate::in_flight::InFlight;
use crate::own_work::OwnWork;
use crate::rate::{Rate, Spread};
use crate::serve::{self, Serve};
use crate::step::{Cache, ReadFile, Step};
use crate::texts;
use crate::units;

/// Most bytes that one data set may take.
const MAX_DATA_BYTES: u64 = 4 << 30;
/// Most steps a task.
const MAX_STEPS: usize = 64;

/// A named piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Lower-case letters, digits and dashes, at most 64.
    #[serde(deserialize_with = "texts::name")]
    pub name: String,
    /// One line for people.
    #[serde(deserialize_with = "texts::one_line")]
    pub about: String,
    /// What kind of work it is.
    pub class: Class,
    /// How many tasks a full run has, 1 to 10 000 000.
    #[serde(deserialize_with = "units::count::<_, 1, 10_000_000>")]
    pub tasks: u64,
    /// How many of them may be under way at once.
    pub in_flight: InFlight,
    /// An open loop: tasks arrive at this rate. Without it the loop is closed: a lane begins its
    /// next task as it ends one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// How the arrivals of an open loop are spread.
    #[serde(default)]
    pub arrivals: Spread,
    /// What every task's parameters are derived from.
    #[serde(deserialize_with = "units::count::<_, 0, {u64::MAX}>")]
    pub seed: u64,
    /// What is coordinated, instead of steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordination: Option<Coordination>,
    /// The package that does the tasks, instead of steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<OwnWork>,
    /// What the model answers, where it is asked instead of asking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serve: Option<Serve>,
    /// The steps of one task, in order. None at all prices the model alone.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// What a workload mostly does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It waits.
    Io,
    /// It computes.
    Cpu,
    /// Both.
    Mixed,
    /// It measures a model's own primitives.
    Coordination,
    /// It answers requests.
    Serve,
}

impl Workload {
    /// The time that a task cannot be faster than, as its steps order it: injected latency and
    /// waits, without computation.
    #[must_use]
    pub fn wait_per_task(&self) -> Duration {
        self.steps.iter().map(wait_of).sum()
    }

    /// The workload itself, unless fields that are each within their bounds contradict each other.
    ///
    /// # Errors
    /// The contradiction, in words.
    pub fn checked(self) -> Result<Self, String> {
        match self.contradiction() {
            None => Ok(self),
            Some((_, problem)) => Err(problem),
        }
    }

    /// Whether a service sends pulses, so that it, and no model, sets how long a run takes.
    #[must_use]
    pub fn is_paced_by_pulses(&self) -> bool {
        let coordination = self.coordination.as_ref();
        coordination.is_some_and(Coordination::needs_pulses)
    }

    /// Whether the latency of a task is how late its wait ended, and not how long the task took.
    #[must_use]
    pub fn measures_lateness(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Only(_)))
    }

    /// Whether its answers are those of code that is not the project's: a package of own work, or functions in
    /// libraries.
    #[must_use]
    pub fn runs_foreign_code(&self) -> bool {
        let mut steps = self.steps.iter();
        self.work.is_some() || steps.any(|step| matches!(step, Step::Call(_)))
    }

    /// The first contradiction between fields that are each within their bounds, with the path of
    /// the field to look at.
    pub(crate) fn contradiction(&self) -> Option<(Vec<PathPart>, String)> {
        if let Some((key, problem)) = self.coordination_problem() {
            return Some((vec![key.into()], problem.to_owned()));
        }
        if let Some(found) = self.serve_problem() {
            return Some(found);
        }
        if self.work.is_some() && !self.steps.is_empty() {
            let problem = "a workload has steps or `[work]`, not both";
            return Some((vec!["step".into()], problem.to_owned()));
        }
        if self.measures_lateness() && self.rate.is_some() {
            let problem = "a workload with `only` has no rate: its latencies are those of a timer";
            return Some((vec!["rate".into()], problem.to_owned()));
        }
        if self.steps.len() > MAX_STEPS {
            let count = self.steps.len();
            return Some((
                vec!["step".into()],
                format!("{count} steps: allowed are 0 to 64"),
            ));
        }
        let found = self.steps.iter().enumerate();
        found
            .filter_map(|(at, step)| Some((at, self.step_problem(at, step)?)))
            .next()
            .map(|(at, (key, problem))| {
                (
                    vec!["step".into(), PathPart::Index(at), key.into()],
                    problem,
                )
            })
    }

    fn serve_problem(&self) -> Option<(Vec<PathPart>, String)> {
        if let Some((key, text)) = self.serve_field_problem() {
            return Some((vec![key.into()], text.to_owned()));
        }
        self.serve.as_ref()?;
        let mut steps = self.steps.iter().enumerate();
        steps.find_map(|(at, step)| {
            let name = serve::refused(step)?;
            let text = format!(
                "`{name}` is no step of a request: allowed are `wait`, `compute` and `sqlite-select`"
            );
            let path = vec!["step".into(), PathPart::Index(at), name.into()];
            Some((path, text))
        })
    }

    fn serve_field_problem(&self) -> Option<(&'static str, &'static str)> {
        let is_serve = self.class == Class::Serve;
        if self.serve.is_none() {
            let text = "a workload of class `serve` says what is answered: `[serve]` with `bytes`";
            return is_serve.then_some(("class", text));
        }
        if !is_serve {
            return Some(("class", "allowed beside `[serve]` is `serve`"));
        }
        if self.work.is_some() {
            let text = "a workload has `[work]` or `[serve]`, not both: nobody asks own work over a connection";
            return Some(("work", text));
        }
        (self.in_flight == InFlight::Workers).then_some((
            "in_flight",
            "`in_flight` is the number of connections, whatever that of the workers is: allowed is a number",
        ))
    }

    fn coordination_problem(&self) -> Option<(&'static str, &'static str)> {
        let is_coordination = self.class == Class::Coordination;
        match &self.coordination {
            None if is_coordination => Some((
                "class",
                "a workload of class `coordination` says what it coordinates: `coordination = {…}`",
            )),
            Some(_) if !is_coordination => {
                Some(("class", "allowed beside `coordination` is `coordination`"))
            }
            Some(_) if !self.steps.is_empty() => {
                Some(("step", "a workload has steps or `coordination`, not both"))
            }
            Some(_) if self.work.is_some() => Some((
                "work",
                "a workload has `[work]` or `coordination`, not both",
            )),
            Some(_) if self.rate.is_some() => {
                Some(("rate", "a workload with `coordination` has no rate"))
            }
            _ => None,
        }
    }

    fn step_problem(&self, at: usize, step: &Step) -> Option<(&'static str, String)> {
        let unlike = self.steps[..at]
            .iter()
            .find_map(|earlier| unlike(earlier, step));
        match step {
            Step::ReadFile(read) => self.file_problem(read).map(|text| ("read-file", text)),
            _ => None,
        }
        .or_else(|| unlike.map(|(key, text)| (key, text.to_owned())))
    }

    fn file_problem(&self, read: &ReadFile) -> Option<String> {
        let total = read.files.saturating_mul(read.bytes);
        if total > MAX_DATA_BYTES {
            let (total, most) = (
                units::format_size(total),
                units::format_size(MAX_DATA_BYTES),
            );
            return Some(format!(
                "files × bytes is {total}: allowed are {most} at most"
            ));
        }
        let lanes = self.in_flight.lanes(0).min(self.tasks);
        let needed = self.tasks + lanes;
        (read.cache == Cache::Cold && read.files < needed).then(|| {
            format!(
                "{} files: a cold workload reads each file once, and needs at least tasks + in_flight = {needed}",
                read.files
            )
        })
    }
}

/// One part of the path to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathPart {
    Key(&'static str),
    Index(usize),
}

impl From<&'static str> for PathPart {
    fn from(key: &'static str) -> Self {
        Self::Key(key)
    }
}

/// What two steps of a task must have in common, because a lane has one connection to a database and a
/// workload one data set of each kind. GETs have nothing in common: those that keep a connection share
/// their lane's, and each other has its own.
fn unlike(earlier: &Step, later: &Step) -> Option<(&'static str, &'static str)> {
    let (differ, key, problem) = match (earlier, later) {
        (Step::SqliteSelect(a), Step::SqliteSelect(b)) => (
            a.rows != b.rows,
            "sqlite-select",
            "all sqlite-select steps of a task share one `rows`",
        ),
        (Step::PostgresSelect(a), Step::PostgresSelect(b)) => (
            (a.rows, a.connection) != (b.rows, b.connection),
            "postgres-select",
            "all postgres-select steps of a task share one `rows` and `connection`",
        ),
        (Step::ReadFile(a), Step::ReadFile(b)) => (
            (a.files, a.bytes, a.cache) != (b.files, b.bytes, b.cache),
            "read-file",
            "all read-file steps of a task share one `files`, `bytes` and `cache`",
        ),
        (Step::Only(_), Step::Only(_)) => (
            true,
            "only",
            "a task has one `only`: its latency is how late that one ended",
        ),
        _ => return None,
    };
    differ.then_some((key, problem))
}

fn wait_of(step: &Step) -> Duration {
    match step {
        Step::HttpGet(get) => get.latency,
        Step::PostgresSelect(select) => select.wait,
        Step::Wait(wait) => wait.duration,
        Step::Only(only) => only.after,
        // A task may do without it, where `only` comes before.
        Step::Block(_) => Duration::ZERO,
        Step::SqliteSelect(_) | Step::ReadFile(_) | Step::Compute(_) | Step::Call(_) => {
            Duration::ZERO
        }
    }
}
