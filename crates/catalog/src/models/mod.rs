//! The models that there are: every folder with a `model.toml`. A model is data here; building
//! and running it is left to `launch`.

mod file;
mod find;
mod place;
mod programs;
mod select;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use protocol::{Class, Kernel, Step, Workload};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use find::{Broken, Registry};
pub use select::{SelectError, Selected, Selection};

/// One way of running many tasks at once, and how to build and start its program.
#[derive(Clone, Debug)]
pub struct Model {
    pub name: String,
    pub about: String,
    pub classes: Vec<Class>,
    pub build: Vec<String>,
    pub run: Vec<String>,
    pub env: BTreeMap<String, String>,
    /// Out of tables and globs unless named exactly.
    pub hidden: bool,
    /// The programs on the PATH under each of which it is a model of its own.
    pub programs: Option<programs::Pattern>,
    /// The one of them that this model runs under.
    pub program: Option<PathBuf>,
    /// By what the tasks of workloads with these kernels are divided.
    pub scale: BTreeMap<Kernel, u64>,
    /// The folder of its `model.toml`.
    pub folder: PathBuf,
    pub variants: Vec<Variant>,
}

/// One configuration of a model.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Without the model's name.
    pub name: String,
    pub about: String,
    pub capacity: Capacity,
    /// Whether the quick profile runs it.
    pub quick: bool,
    /// How many threads its program computes on, where that does not depend on the number of
    /// workers. The instruction counts of one thread repeat almost exactly.
    pub threads: Option<u64>,
    /// Whether two revisions are compared by it, and verdicts tried on it, where none is named.
    pub gate: bool,
    /// Whether it is what others are compared with, where nothing else is named.
    pub reference: bool,
}

impl Variant {
    /// Whether its program computes on one thread, however many workers there are.
    pub fn is_single_threaded(&self) -> bool {
        self.threads == Some(1)
    }
}

/// How many lanes a variant can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// As many as are wanted.
    InFlight,
    /// One a worker.
    Workers,
    /// This many.
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
    /// How many times fewer tasks of a workload it runs: what its slowest kernel asks for.
    pub fn scale_of(&self, workload: &Workload) -> u64 {
        let by = |step: &Step| match step {
            Step::Compute(compute) => self.scale.get(&compute.kernel).copied(),
            _ => None,
        };
        workload.steps.iter().filter_map(by).max().unwrap_or(1)
    }

    /// The words of a command of this model, with `{target}`, `{folder}` and `{program}` filled in.
    pub fn words(&self, command: &[String], target: &Path) -> Vec<String> {
        let (target, folder) = (target.to_string_lossy(), self.folder.to_string_lossy());
        let program = self.program.as_deref().map(Path::to_string_lossy);
        let fill = |word: &String| {
            let word = word
                .replace("{target}", &target)
                .replace("{folder}", &folder);
            match &program {
                Some(program) => word.replace(file::PROGRAM, program),
                None => word,
            }
        };
        command.iter().map(fill).collect()
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
        let lanes = u64::try_from(value).ok().filter(|lanes| *lanes > 0);
        let unexpected = || E::invalid_value(serde::de::Unexpected::Signed(value), &self);
        lanes.map(Capacity::Lanes).ok_or_else(unexpected)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Capacity, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Capacity, E> {
        match text {
            "in-flight" => Ok(Capacity::InFlight),
            "workers" => Ok(Capacity::Workers),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
        }
    }
}
