//! What the threads of a variant stand under: nothing, or the lock of an interpreter. What that lock
//! does is left to `gil`.

use std::future::Future;
use std::time::Duration;

use gil::{Interpreter, OWNER_CHANGES, SWITCH_INTERVAL_US};
use runner::protocol::Setup;
use runner::{Counts, Knobs};

/// An interpreter, in the `+gil` variants.
#[derive(Clone, Default)]
pub(crate) struct Under(Option<Interpreter>);

impl Under {
    /// The threads of one run under one lock.
    pub(crate) fn interpreter(setup: &Setup) -> (Interpreter, Self) {
        let interpreter = Interpreter::new(Duration::from_micros(setup.switch_interval_us));
        (interpreter.clone(), Self(Some(interpreter)))
    }

    /// The whole life of a thread.
    pub(crate) fn live<T>(&self, life: impl FnOnce() -> T) -> T {
        let _attached = self.0.as_ref().map(Interpreter::attach);
        life()
    }

    /// A call that blocks.
    pub(crate) fn blocking<T>(&self, call: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(interpreter) => interpreter.detach(call),
            None => call(),
        }
    }

    /// Lets the others have the lock, if they have asked for it.
    pub(crate) fn check(&self) {
        if let Some(interpreter) = &self.0 {
            interpreter.check();
        }
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(interpreter) => interpreter.block_on(future),
            None => futures_lite::future::block_on(future),
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let counts = self.0.iter();
        counts
            .map(|interpreter| (OWNER_CHANGES.to_owned(), interpreter.owner_changes()))
            .collect()
    }

    /// These settings, with those of the lock.
    pub(crate) fn knobs(&self, mut knobs: Knobs) -> Knobs {
        if let Some(interpreter) = &self.0 {
            let micros = interpreter.switch_interval().as_micros();
            knobs.insert(SWITCH_INTERVAL_US.to_owned(), micros.to_string());
        }
        knobs
    }
}
