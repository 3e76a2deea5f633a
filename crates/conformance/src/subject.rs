//! One variant under check, and what its runs came to.

use catalog::Selected;
use launch::Finished;
use protocol::Workload;

use crate::cases::{LANES, WORKERS};

/// A variant, and the runs of it that ended in order so far.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) selected: Selected,
    pub(crate) runs: Vec<EndedRun>,
    /// Whether a wrong digest was explained by the first task whose digest is wrong. One such is enough.
    pub(crate) is_explained: bool,
}

/// A run that ended in order, whose figures are still to be checked.
#[derive(Clone, Debug)]
pub(crate) struct EndedRun {
    /// The workload and its size, for people.
    pub(crate) case: String,
    pub(crate) workload: Workload,
    /// Tasks that were asked for.
    pub(crate) tasks: u64,
    pub(crate) finished: Finished,
    /// What the tool itself finds impossible in it.
    pub(crate) impossible: Option<String>,
    pub(crate) request: String,
}

impl Subject {
    pub(crate) fn new(selected: Selected) -> Subject {
        Subject {
            selected,
            runs: Vec::new(),
            is_explained: false,
        }
    }

    /// The lanes that are due where so many tasks are asked for.
    pub(crate) fn lanes(&self, tasks: u64) -> u64 {
        let capacity = self.selected.variant.capacity.lanes(WORKERS);
        capacity.min(LANES).min(tasks)
    }
}
