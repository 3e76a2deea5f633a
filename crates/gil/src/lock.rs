//! The protocol: who may compute, how a thread asks for it, and how one that was asked lets go.
//! Which threads there are, and what they do with it, is left to `interpreter`.
//!
//! It is that of CPython 3.2 to 3.14, as read in its `Python/ceval_gil.c`: the steps and their order
//! are the same, because what a program shows under it (how often the lock changes hands, how long
//! a thread that waited for the network waits for the lock) follows from them.

use std::time::Duration;

use crate::primitives::{Monitor, Primitives, System, Word};

/// No thread has this number.
pub const NOBODY: u64 = 0;

/// A lock that one thread at a time holds to compute. Threads are told apart by numbers of their
/// caller's choice, other than [`NOBODY`].
pub struct Lock<P: Primitives = System> {
    interval: Duration,
    /// Held for a few instructions only, never while a thread computes.
    state: P::Monitor<State>,
    /// Who was asked to let go waits here until somebody else has taken.
    switching: P::Monitor<()>,
    last_holder: P::Word,
    /// 1 where the holder is asked to let go. Only a hint: the mutexes order everything.
    drop_request: P::Word,
}

struct State {
    locked: bool,
    /// How often the owner has changed.
    switch_number: u64,
}

impl<P: Primitives> Lock<P> {
    /// A free lock; a thread that waits for it asks for it after `interval`.
    #[must_use]
    pub fn new(interval: Duration) -> Self {
        Self {
            interval,
            state: P::Monitor::new(State {
                locked: false,
                switch_number: 0,
            }),
            switching: P::Monitor::new(()),
            last_holder: P::Word::new(),
            drop_request: P::Word::new(),
        }
    }

    /// Waits until thread `me` holds the lock. The interval is counted per holder: who sees the
    /// owner change in the meantime begins to wait anew, so that each has at least that long.
    pub fn take(&self, me: u64) {
        let mut state = self.state.lock();
        while state.locked {
            let seen = state.switch_number;
            let (again, over) = self.state.wait_for(state, self.interval);
            state = again;
            if over && state.locked && state.switch_number == seen {
                self.drop_request.store(1);
            }
        }
        let switching = self.switching.lock();
        state.locked = true;
        if self.last_holder.load() != me {
            self.last_holder.store(me);
            state.switch_number += 1;
        }
        self.switching.signal();
        drop(switching);
        self.drop_request.store(0);
    }

    /// Lets go of the lock, which thread `me` holds. Nobody is handed it: whoever comes first has it.
    /// But where somebody has asked for it, `me` goes on only when another has had it, unless its
    /// `end` has come.
    pub fn release(&self, me: u64, end: bool) {
        self.last_holder.store(me);
        let mut state = self.state.lock();
        state.locked = false;
        self.state.signal();
        drop(state);
        if !end && self.drop_request.load() != 0 {
            self.wait_for_a_switch(me);
        }
    }

    /// Waits once: who asked waits already, and will take.
    fn wait_for_a_switch(&self, me: u64) {
        let switching = self.switching.lock();
        if self.last_holder.load() == me {
            self.drop_request.store(0);
            drop(self.switching.wait(switching));
        }
    }

    /// What the holder does between two pieces of work: lets others have the lock if they asked.
    #[inline]
    pub fn check(&self, me: u64) {
        if self.drop_request.load() != 0 {
            self.let_others(me);
        }
    }

    #[cold]
    fn let_others(&self, me: u64) {
        self.release(me, false);
        self.take(me);
    }

    /// Makes a call that may block without the lock, which is taken again even if the call panics.
    pub fn without<T>(&self, me: u64, call: impl FnOnce() -> T) -> T {
        self.release(me, false);
        let _again = TakeAgain { lock: self, me };
        call()
    }

    /// How often the lock has gone to another thread than the one that had it last.
    pub fn owner_changes(&self) -> u64 {
        self.state.lock().switch_number
    }

    /// After this a thread that waits asks.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }
}

struct TakeAgain<'a, P: Primitives> {
    lock: &'a Lock<P>,
    me: u64,
}

impl<P: Primitives> Drop for TakeAgain<'_, P> {
    fn drop(&mut self) {
        self.lock.take(self.me);
    }
}

impl<P: Primitives> std::fmt::Debug for Lock<P> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Lock")
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}
