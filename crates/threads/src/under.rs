//! The interpreter lock that the threads of a `+gil` variant share, or its absence in the others,
//! so that the variants need not ask which of the two they are.

use std::future::Future;
use std::time::Duration;

use gil::{Interpreter, SWITCH_INTERVAL_US};
use runner::protocol::counts::OWNER_CHANGES;
use runner::{Counts, Error, Knobs, Result};
use workloads::Shared;

/// Most threads under one lock. A thread that waits for the lock wakes after every switch interval
/// to ask for it; beyond this number their waking takes all processors from the thread that holds
/// it.
const MOST_THREADS: u64 = 2000;
const TOO_MANY_THREADS: &str =
    "beyond 2000 threads under one interpreter lock all that they do is ask for it";

/// An interpreter in the `+gil` variants, and nothing in the others.
#[derive(Clone, Default)]
pub(crate) struct Under(Option<Interpreter>);

impl Under {
    /// An interpreter for the threads of one run.
    ///
    /// # Errors
    /// When the run would have more threads than one lock can serve.
    pub(crate) fn interpreter(work: &Shared) -> Result<(Interpreter, Self)> {
        if work.lanes > MOST_THREADS {
            return Err(Error::Unsupported(TOO_MANY_THREADS.to_owned()));
        }
        let interval = Duration::from_micros(work.setup.switch_interval_us);
        let interpreter = Interpreter::new(interval);
        Ok((interpreter.clone(), Self(Some(interpreter))))
    }

    /// Runs the whole life of a thread, which holds the lock unless it blocks.
    pub(crate) fn live<T>(&self, life: impl FnOnce() -> T) -> T {
        // Held from the first instruction on, because even the code between two tasks would run
        // under the lock in an interpreter.
        let _attached = self.0.as_ref().map(Interpreter::attach);
        life()
    }

    /// Makes a call that blocks, without the lock.
    pub(crate) fn blocking<T>(&self, call: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(interpreter) => interpreter.detach(call),
            None => call(),
        }
    }

    /// Releases the lock for a moment if other threads have asked for it.
    pub(crate) fn check(&self) {
        if let Some(interpreter) = &self.0 {
            interpreter.check();
        }
    }

    /// Runs a future to completion on this thread, without the lock while it waits.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(interpreter) => interpreter.block_on(future),
            None => futures_lite::future::block_on(future),
        }
    }

    /// How often the lock has changed hands; nothing without a lock.
    pub(crate) fn counts(&self) -> Counts {
        self.0
            .iter()
            .map(|interpreter| (OWNER_CHANGES.to_owned(), interpreter.owner_changes()))
            .collect()
    }

    /// Adds the settings of the lock to those of the variant.
    pub(crate) fn knobs(&self, mut knobs: Knobs) -> Knobs {
        if let Some(interpreter) = &self.0 {
            let micros = interpreter.switch_interval().as_micros();
            knobs.insert(SWITCH_INTERVAL_US.to_owned(), micros.to_string());
        }
        knobs
    }
}

#[cfg(test)]
mod tests {
    use workloads::Work;

    use super::*;

    #[test]
    fn more_threads_than_a_lock_can_serve_are_refused() {
        let text =
            "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 9\nin_flight = 1\nseed = 1\n";
        let workload = runner::protocol::parse(text.as_bytes(), "w.toml").unwrap();
        let setup = runner::protocol::Setup {
            workload,
            endpoints: runner::protocol::Endpoints::default(),
            workers: 2,
            in_flight: 1,
            blocking: 1,
            switch_interval_us: 5000,
        };
        let of = |lanes| Under::interpreter(&Work::new(setup.clone(), lanes));
        assert!(of(MOST_THREADS).is_ok());
        assert!(matches!(of(MOST_THREADS + 1), Err(Error::Unsupported(_))));
    }
}
