//! A run that has ended, with the decision whether its result can be believed.

use results::{Failure, Others};

use crate::handshake::Finished;

/// A run that ended in order, and whether its result can be believed.
#[derive(Clone, Debug)]
pub struct JudgedRun {
    /// What the program said, and what was seen of it from outside. `finished.done.digest` is the
    /// digest that it gave, whether or not that is the expected one.
    pub finished: Finished,
    /// The first thing that is wrong with the result, if anything is: `Kind::Differs` for another
    /// digest than the expected one, `Kind::Impossible` for figures that cannot be true.
    pub judgement: Result<(), Failure>,
    /// Processor time of the services between `go` and `done`, in nanoseconds. `None` where the
    /// workload asks none, or one that is not ours.
    pub services_cpu_ns: Option<u64>,
    /// Processor time of everything else on the machine between `go` and `done`.
    pub others: Others,
}

impl JudgedRun {
    /// The run, if it can be believed.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn into_believed(self) -> Result<Finished, Failure> {
        self.judgement.map(|()| self.finished)
    }
}
