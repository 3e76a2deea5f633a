//! A workload: what is done, how often, and how much of it at once.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::coordination::Coordination;
use crate::own_work::OwnWork;
use crate::rate::{Rate, Spread};
use crate::serve::{self, Serve};
use crate::step::{Cache, ReadFile, Step};
use crate::units;

/// Most lanes that a workload or a request may ask for; threads and descriptors end earlier on most
/// machines.
pub const MAX_IN_FLIGHT: u64 = 1_000_000;
/// Most bytes that one data set may take.
const MAX_DATA_BYTES: u64 = 4 << 30;
/// Most steps a task.
const MAX_STEPS: usize = 64;

/// A named piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Lower-case letters, digits and dashes, at most 64.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// One line for people.
    #[serde(deserialize_with = "one_line")]
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

/// How many tasks may be under way at once: a number, or `"workers"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InFlight {
    /// This many lanes, 1 to 1 000 000.
    Lanes(u64),
    /// As many as there are workers.
    Workers,
}

impl InFlight {
    /// The number of lanes with this many workers.
    #[must_use]
    pub fn lanes(self, workers: u64) -> u64 {
        match self {
            Self::Lanes(lanes) => lanes,
            Self::Workers => workers,
        }
    }
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
        if let Some(found) = serve::problem(self) {
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

pub(crate) fn name<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    let are_allowed = text
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    // A leading dash would read as a flag on a command line.
    if (1..=64).contains(&text.len()) && are_allowed && !text.starts_with('-') {
        return Ok(text);
    }
    Err(D::Error::custom(
        "a name is 1 to 64 lower-case letters, digits and dashes",
    ))
}

fn one_line<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    if text.chars().count() <= 200 && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    Err(D::Error::custom(
        "this is one line of at most 200 characters",
    ))
}

impl Serialize for InFlight {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Lanes(lanes) => to.serialize_u64(*lanes),
            Self::Workers => to.serialize_str("workers"),
        }
    }
}

impl<'de> Deserialize<'de> for InFlight {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(InFlightVisitor)
    }
}

struct InFlightVisitor;

impl Visitor<'_> for InFlightVisitor {
    type Value = InFlight;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "a whole number from 1 to {MAX_IN_FLIGHT}, or \"workers\""
        )
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<InFlight, E> {
        if (1..=MAX_IN_FLIGHT).contains(&value) {
            return Ok(InFlight::Lanes(value));
        }
        Err(E::custom(format!(
            "{value} is out of bounds: allowed are 1 to {MAX_IN_FLIGHT}"
        )))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<InFlight, E> {
        match u64::try_from(value) {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::custom(format!(
                "{value} is out of bounds: allowed are 1 to {MAX_IN_FLIGHT}"
            ))),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<InFlight, E> {
        if text == "workers" {
            return Ok(InFlight::Workers);
        }
        Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}
