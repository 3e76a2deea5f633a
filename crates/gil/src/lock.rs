//! The protocol of the lock: how a thread takes it, how a thread that waits asks for it, and how
//! the holder releases it.
//!
//! It is the protocol of CPython 3.2 to 3.14, as read in its `Python/ceval_gil.c`. The steps and
//! their order are the same, because a program's behaviour under the lock follows from them: how
//! often the lock changes hands, and how long a thread waits for it after a call that blocked.

use std::time::Duration;

use workloads::trace;

use crate::primitives::{Monitor, Primitives, System, Word};

/// A number that no thread has.
pub const NOBODY: u64 = 0;

/// A lock that one thread at a time holds to compute. The caller tells threads apart by numbers of
/// its choice, other than [`NOBODY`].
pub struct Lock<P: Primitives = System> {
    interval: Duration,
    /// The state of the lock. Its mutex is held for a few instructions only, never while a thread
    /// computes.
    state: P::Monitor<State>,
    /// Where a thread that was asked to release the lock waits until another thread has taken it.
    switching: P::Monitor<()>,
    last_holder: P::Word,
    /// 1 if the holder is asked to release the lock. It is only a hint; the mutexes order
    /// everything.
    drop_request: P::Word,
}

struct State {
    locked: bool,
    /// The number of times that the owner has changed.
    switch_number: u64,
}

impl<P: Primitives> Lock<P> {
    /// A free lock. A thread that waits for it asks for it after `interval`.
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

    /// Waits until thread `me` holds the lock.
    pub fn take(&self, me: u64) {
        let mut state = self.state.lock();
        let waits = state.locked;
        if waits {
            trace::lock_wanted();
        }
        while state.locked {
            let seen = state.switch_number;
            let (again, over) = self.state.wait_for(state, self.interval);
            state = again;
            // The interval is counted per owner. If the owner has changed meanwhile, this thread
            // waits anew, so that every owner can compute for at least one interval.
            if over && state.locked && state.switch_number == seen {
                self.drop_request.store(1);
            }
        }
        // A previous owner that waits for the switch checks `last_holder` under this mutex, so it
        // is held until the signal. Otherwise the signal could come between its check and its wait.
        let switching = self.switching.lock();
        state.locked = true;
        if self.last_holder.load() != me {
            self.last_holder.store(me);
            state.switch_number += 1;
        }
        self.switching.signal();
        drop(switching);
        // The request was for the previous owner. Threads that still wait will ask again.
        self.drop_request.store(0);
        trace::lock_taken(waits);
    }

    /// Releases the lock, which thread `me` holds. It is not handed to a particular thread: the
    /// first that comes takes it. If another thread has asked for it, this waits until one has
    /// taken it, unless this is the `end` of thread `me`.
    pub fn release(&self, me: u64, end: bool) {
        trace::lock_released();
        self.last_holder.store(me);
        let mut state = self.state.lock();
        state.locked = false;
        self.state.signal();
        drop(state);
        // Without this wait a thread that is still running would take the lock again before the one
        // that was woken could, and the request would have no effect (forced switching).
        if !end && self.drop_request.load() != 0 {
            self.wait_for_a_switch(me);
        }
    }

    /// Waits until another thread has taken the lock.
    fn wait_for_a_switch(&self, me: u64) {
        let switching = self.switching.lock();
        if self.last_holder.load() == me {
            self.drop_request.store(0);
            // Once and not in a loop, as in CPython: the thread that asked is waiting already, and
            // going on too early after a spurious wake-up is harmless.
            drop(self.switching.wait(switching));
        }
    }

    /// Releases the lock and takes it again if other threads have asked for it. The holder calls
    /// this between two pieces of work.
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

    /// How often the lock has been taken by another thread than its previous owner.
    pub fn owner_changes(&self) -> u64 {
        self.state.lock().switch_number
    }

    /// How long a thread waits for the lock before it asks for it.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }
}

/// Takes the lock again on drop, and so also when a call panics.
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
