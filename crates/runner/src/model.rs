//! The two traits that a model implements. Everything around them is left to `session`.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::{Coordination, Failure, FailureKind, Setup};
use workloads::{Tasks, Work};

use crate::meters::Usage;
use crate::pacing::Arrivals;
use crate::recorder::Recorder;

/// What was counted besides times, by name.
pub type Counts = BTreeMap<String, u64>;

/// Settings as they took effect, by name.
pub type Knobs = BTreeMap<String, String>;

/// What a model answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request asks for what this program does not have.
    #[error("{0}")]
    Usage(String),
    /// The model does not do such work.
    #[error("{0}")]
    Unsupported(String),
    /// The machine cannot give what the workload needs.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A task or a lane failed.
    #[error(transparent)]
    Work(#[from] workloads::Error),
    /// The model could not be started or run.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Tasks were left undone.
    #[error("task {0} was never done")]
    Undone(u64),
}

impl Error {
    /// An error of the system, with what was tried.
    pub fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io {
            what: what.into(),
            source,
        }
    }

    pub(crate) fn failure(&self) -> Failure {
        let kind = match self {
            Self::Usage(_) => FailureKind::Usage,
            Self::Unsupported(_) => FailureKind::Unsupported,
            Self::Unavailable(_) => FailureKind::Unavailable,
            Self::Work(_) | Self::Io { .. } | Self::Undone(_) => FailureKind::Failed,
        };
        Failure {
            kind,
            message: self.to_string(),
        }
    }
}

/// One variant of a model: how to start it.
pub trait Model: Sync {
    /// The variant's name within its program, such as `pool`.
    fn name(&self) -> &str;

    /// How many lanes this variant can have open; `model.toml` says the same.
    fn capacity(&self, setup: &Setup) -> u64 {
        setup.in_flight
    }

    /// Starts whatever the model consists of before it has anything to do.
    ///
    /// # Errors
    /// When the machine or the model refuses.
    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>>;
}

/// A model that runs. Dropping it shuts it down.
pub trait Running {
    /// Every setting that was chosen, as it took effect.
    fn knobs(&self) -> Knobs;

    /// Opens the lanes.
    ///
    /// # Errors
    /// When an endpoint cannot be reached.
    fn connect(&mut self) -> Result<()>;

    /// Does these tasks and records each.
    ///
    /// # Errors
    /// The first error of a task; the others are given up.
    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()>;

    /// Does tasks as they arrive, whether or not it keeps up: [`Arrivals::begin`] hands each over by
    /// the model's own means of giving work to a unit from outside.
    ///
    /// # Errors
    /// The first error of a task, or that the model has no open loop.
    fn serve(&mut self, arrivals: &Arrivals, record: &Recorder) -> Result<()> {
        let _ = (arrivals, record);
        Err(Error::Unsupported("this model has no open loop".to_owned()))
    }

    /// Does these tasks of a workload that measures the model's own primitives, and records each with
    /// the digest of its first step seed, as that came through the unit or message that it is about.
    ///
    /// # Errors
    /// What went wrong, or that the model has no such primitive.
    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        let _ = (what, tasks, record);
        Err(Error::Unsupported(
            "this model has no coordination of this kind".to_owned(),
        ))
    }

    /// What the model counts besides, since it started: the runner takes the difference over the
    /// measured tasks.
    ///
    /// # Errors
    /// When another process cannot be asked.
    fn counts(&mut self) -> Result<Counts> {
        Ok(Counts::new())
    }

    /// What the model used outside this process or in threads that have ended: added to what this
    /// process measures of itself.
    ///
    /// # Errors
    /// When another process cannot be asked.
    fn usage(&mut self) -> Result<Usage> {
        Ok(Usage::default())
    }

    /// How many waiting tasks of the last measured phase were alive at once, where only the model
    /// knows because the tasks were in other processes.
    fn alive_at_once(&self) -> Option<u64> {
        None
    }
}
