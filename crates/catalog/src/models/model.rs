//! A model and its variants, as data.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use protocol::{Class, Kernel, Question, Step, Workload};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::programs::Pattern;
use crate::executables;

/// The place in `run` and `build` that stands for the program that a model runs under.
pub(super) const PROGRAM: &str = "{program}";
/// The place in `run` and `build` that stands for cargo's target folder.
pub(super) const TARGET: &str = "{target}";
/// The place in `run` and `build` that stands for the model's folder.
pub(super) const FOLDER: &str = "{folder}";

/// One way of running many tasks at once, and how its program is built and started.
#[derive(Clone, Debug)]
pub struct Model {
    /// The name of its folder, which is also that of its package.
    pub name: String,
    /// One line for people.
    pub about: String,
    /// The kinds of work that it is meant for; it is offered every workload all the same.
    pub classes: Vec<Class>,
    /// The command that builds its program; empty where there is nothing to build.
    pub build: Vec<String>,
    /// The command that starts its program.
    pub run: Vec<String>,
    /// The main function, as a path of Rust, with which its package carries out own work; `None` where it
    /// carries out none.
    pub own: Option<String>,
    /// Variables of the environment of its program.
    pub env: BTreeMap<String, String>,
    /// Whether it stays out of tables and globs unless it is named exactly.
    pub hidden: bool,
    /// Whether it takes part only where a pattern matches it: its file says so, or another program of the
    /// same file takes part by default.
    pub on_request: bool,
    /// Whether one run of it may have processes on other machines too.
    pub spans_hosts: bool,
    /// The programs on the PATH under each of which it is a model of its own, such as interpreters.
    pub programs: Option<Pattern>,
    /// The path of the one of them that this model runs under.
    pub program: Option<PathBuf>,
    /// Arguments with which the program prints the path of the real one, where a script stands in for it.
    pub real_program: Vec<String>,
    /// A command that installs such a program, for people.
    pub install: Option<String>,
    /// How many times fewer tasks of workloads with these kernels it runs.
    pub scale: BTreeMap<Kernel, u64>,
    /// What it is asked, where it is no model but a server of the user's.
    pub serves: Option<Question>,
    /// The folder of its `model.toml`.
    pub folder: PathBuf,
    /// Its `model.toml`, as messages name it.
    pub file: PathBuf,
    /// Its configurations, in the order of its file.
    pub variants: Vec<Variant>,
}

/// One configuration of a model.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The name of the variant alone, without the model's.
    pub name: String,
    /// One line for people.
    pub about: String,
    /// How many lanes it can open.
    pub capacity: Capacity,
    /// Whether the quick profile runs it.
    pub quick: bool,
    /// How many threads its program computes on, where that does not depend on the number of workers.
    pub threads: Option<u64>,
    /// What it has one of for each lane, where its file says that this is a thread or a process of the system.
    pub unit: Option<Unit>,
    /// The most lanes that it opens; a run of more is refused. `None` where it has no such bound.
    pub most_in_flight: Option<u64>,
    /// Whether two revisions are compared by it, and verdicts tried on it, where none is named.
    pub gate: bool,
    /// Whether it is compared at workloads with numbers in flight as levels where no variant is named.
    pub levels: bool,
    /// Whether it takes part only where a pattern matches it, or by `blocking`.
    pub on_request: bool,
    /// What it does with calls and computation that block, where it is compared at workloads about that and no
    /// variant is named.
    pub blocking: Option<Blocking>,
    /// Whether it is what others are compared with, where nothing else is named.
    pub reference: bool,
}

impl Variant {
    /// Whether its program computes on one thread, however many workers there are.
    pub fn is_single_threaded(&self) -> bool {
        // One thread leaves a scheduler nothing to decide, so that instruction counts repeat.
        self.threads == Some(1)
    }

    /// Whether it can have so many lanes open on any machine that has the memory: one that has a thread or
    /// a process for each asks the system for them.
    pub fn holds(&self, lanes: u64) -> bool {
        let most = self.most_in_flight.unwrap_or(u64::MAX);
        self.unit.is_none() && self.capacity == Capacity::InFlight && most >= lanes
    }
}

/// What a variant does with what blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocking {
    /// Nothing: the thread that runs the task is blocked. Others are compared with the first such variant.
    Inline,
    /// It moves that elsewhere, or lets another thread take over.
    Moved,
}

/// What the system gives a program only so many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A thread.
    Thread,
    /// A process.
    Process,
}

impl Unit {
    /// Several of them, in words.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Thread => "threads",
            Self::Process => "processes",
        }
    }
}

/// The number of lanes that a variant can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// As many as it is asked for.
    InFlight,
    /// One per worker.
    Workers,
    /// A fixed number.
    Lanes(u64),
}

impl Capacity {
    /// The most lanes with this many workers.
    pub fn lanes(self, workers: u64) -> u64 {
        match self {
            Self::InFlight => u64::MAX,
            Self::Workers => workers,
            Self::Lanes(lanes) => lanes,
        }
    }
}

impl Model {
    /// How many times fewer tasks of a workload it runs: 1 unless its file has a scale for a kernel of
    /// the workload.
    pub fn scale_of(&self, workload: &Workload) -> u64 {
        let mut scale = 1;
        for step in &workload.steps {
            if let Step::Compute(compute) = step {
                // The slowest kernel of a task sets how long the task takes.
                scale = scale.max(self.scale.get(&compute.kernel).copied().unwrap_or(1));
            }
        }
        scale
    }

    /// The words of a command of this model, with `{target}`, `{folder}` and `{program}` filled in. A program
    /// that cargo built is the one that cargo named.
    pub fn words(&self, command: &[String], target: &Path) -> Vec<String> {
        let mut words: Vec<String> = command
            .iter()
            .map(|word| self.filled(word, target))
            .collect();
        if let Some(first) = words.first_mut() {
            let program = executables::place(PathBuf::from(&*first));
            *first = program.to_string_lossy().into_owned();
        }
        words
    }

    /// One word of a command of this model, with `{target}`, `{folder}` and `{program}` filled in.
    pub fn filled(&self, word: &str, target: &Path) -> String {
        let mut places = vec![
            (TARGET, target.to_string_lossy()),
            (FOLDER, self.folder.to_string_lossy()),
        ];
        // Without a program the place stays as it is: such a model is listed and never run.
        if let Some(program) = &self.program {
            places.push((PROGRAM, program.to_string_lossy()));
        }
        places
            .iter()
            .fold(word.to_owned(), |filled, (place, text)| {
                filled.replace(place, text)
            })
    }

    /// `model/variant` of its variant that is marked as the reference.
    pub(super) fn reference(&self) -> Option<String> {
        let variant = self.variants.iter().find(|variant| variant.reference)?;
        Some(format!("{}/{}", self.name, variant.name))
    }
}

impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(CapacityVisitor)
    }
}

struct CapacityVisitor;

impl Visitor<'_> for CapacityVisitor {
    type Value = Capacity;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("\"in-flight\", \"workers\", or a whole number from 1")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Capacity, E> {
        match u64::try_from(value) {
            Ok(lanes) if lanes > 0 => Ok(Capacity::Lanes(lanes)),
            _ => Err(E::invalid_value(Unexpected::Signed(value), &self)),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Capacity, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Capacity, E> {
        match text {
            "in-flight" => Ok(Capacity::InFlight),
            "workers" => Ok(Capacity::Workers),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}
