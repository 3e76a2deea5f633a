//! The protocol under a model checker: every order in which two or three threads can take, check and
//! release, as far as loom's bounds reach, and every choice of which of their waits come to the end of
//! the interval. A thread that waits for ever is a deadlock, which loom reports; so is progress proved.
//!
//! Loom knows no time: whether a wait ends by a signal, by time or for nothing is chosen here, by a
//! plan for the first waits of each thread. All further waits end by a signal only, so that one that
//! is lost cannot hide behind the end of an interval.

use std::cell::Cell;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use gil::Lock;
use gil::primitives::{Monitor, Primitives, Word};
use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
use loom::sync::{Condvar, Mutex, MutexGuard};
use loom::thread;

/// How one wait ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Signal,
    Time,
    Nothing,
}

/// How the first waits of each thread end, in this run.
type Plan = Vec<Vec<End>>;

static PLAN: std::sync::Mutex<Plan> = std::sync::Mutex::new(Vec::new());

loom::thread_local! {
    /// Which thread of the model this is.
    static NUMBER: Cell<usize> = Cell::new(0);
    /// How often it has waited.
    static WAITS: Cell<usize> = Cell::new(0);
}

/// What a thread does depends on the plan and the schedule only, which loom repeats.
fn next_end() -> End {
    let wait = WAITS.with(|waits| waits.replace(waits.get() + 1));
    let number = NUMBER.with(Cell::get);
    let plan = PLAN.lock().unwrap_or_else(PoisonError::into_inner);
    let end = plan.get(number).and_then(|ends| ends.get(wait));
    end.copied().unwrap_or(End::Signal)
}

/// What a model is made of; without its signals it is broken.
struct Model<const SIGNALS: bool>;

impl<const SIGNALS: bool> Primitives for Model<SIGNALS> {
    type Monitor<T: Send + 'static> = Modelled<T, SIGNALS>;
    type Word = Hint;
}

struct Modelled<T, const SIGNALS: bool> {
    mutex: Mutex<T>,
    condition: Condvar,
}

impl<T: Send + 'static, const SIGNALS: bool> Monitor<T> for Modelled<T, SIGNALS> {
    type Guard<'a> = MutexGuard<'a, T>;

    fn new(value: T) -> Self {
        Self {
            mutex: Mutex::new(value),
            condition: Condvar::new(),
        }
    }

    fn lock(&self) -> Self::Guard<'_> {
        self.mutex.lock().unwrap()
    }

    fn wait<'a>(&'a self, guard: Self::Guard<'a>) -> Self::Guard<'a> {
        self.condition.wait(guard).unwrap()
    }

    fn wait_for<'a>(&'a self, guard: Self::Guard<'a>, _: Duration) -> (Self::Guard<'a>, bool) {
        let end = next_end();
        if end == End::Signal {
            return (self.wait(guard), false);
        }
        drop(guard);
        (self.lock(), end == End::Time)
    }

    fn signal(&self) {
        if SIGNALS {
            self.condition.notify_one();
        }
    }
}

struct Hint(AtomicU64);

impl Word for Hint {
    fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    fn load(&self) -> u64 {
        self.0.load(Relaxed)
    }

    fn store(&self, value: u64) {
        self.0.store(value, Relaxed);
    }
}

/// The lock, and what it protects: a number that is read and then written, in no order but that of
/// the lock. Loom lets such a read see any old value that the lock does not rule out.
struct Shared<const SIGNALS: bool> {
    lock: Lock<Model<SIGNALS>>,
    count: AtomicU64,
}

impl<const SIGNALS: bool> Shared<SIGNALS> {
    fn compute(&self) {
        let before = self.count.load(Relaxed);
        self.count.store(before + 1, Relaxed);
    }
}

/// What a thread does, which computes twice.
type Life<const SIGNALS: bool> = fn(&Shared<SIGNALS>, u64);

/// Computes, may be asked, and computes on.
fn hog<const SIGNALS: bool>(shared: &Shared<SIGNALS>, me: u64) {
    shared.lock.take(me);
    shared.compute();
    shared.lock.check(me);
    shared.compute();
    shared.lock.release(me, true);
}

/// Computes, makes a call that could block, and computes on.
fn caller<const SIGNALS: bool>(shared: &Shared<SIGNALS>, me: u64) {
    shared.lock.take(me);
    shared.compute();
    shared.lock.without(me, || ());
    shared.compute();
    shared.lock.release(me, true);
}

/// Takes no lock.
fn reckless(shared: &Shared<true>, _: u64) {
    shared.compute();
    shared.compute();
}

/// Every way in which the first `length` waits of each of so many threads can end.
fn plans(threads: usize, length: usize) -> Vec<Plan> {
    let ends = [End::Signal, End::Time, End::Nothing];
    let plan = |number: usize| {
        let places = 0..threads * length;
        let digits = places.map(|place| ends[number / 3_usize.pow(place as u32) % 3]);
        let digits: Vec<End> = digits.collect();
        digits.chunks(length).map(<[End]>::to_vec).collect()
    };
    (0..3_usize.pow((threads * length) as u32))
        .map(plan)
        .collect()
}

/// Explores all schedules with so many pre-emptions under one plan.
fn explore<const SIGNALS: bool>(plan: Plan, preemptions: usize, lives: &'static [Life<SIGNALS>]) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    *PLAN.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    builder.check(move || {
        // The standard library's: dropping loom's while it reports a deadlock would abort.
        let shared = Arc::new(Shared {
            lock: Lock::new(Duration::ZERO),
            count: AtomicU64::new(0),
        });
        let run = |number: usize, shared: &Shared<SIGNALS>| {
            NUMBER.with(|mine| mine.set(number));
            lives[number](shared, number as u64 + 1);
        };
        let spawn = |number| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || run(number, &shared))
        };
        let threads: Vec<_> = (1..lives.len()).map(spawn).collect();
        run(0, &shared);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(shared.count.load(Relaxed), 2 * lives.len() as u64);
    });
}

/// The models share the plan: one at a time.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn explore_all(length: usize, preemptions: usize, lives: &'static [Life<true>]) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for plan in plans(lives.len(), length) {
        explore(plan, preemptions, lives);
    }
}

#[test]
fn two_that_compute_exclude_each_other_and_end() {
    explore_all(2, 2, &[hog, hog]);
}

#[test]
fn one_that_computes_and_one_that_blocks_exclude_each_other_and_end() {
    explore_all(2, 2, &[hog, caller]);
}

#[test]
fn two_that_block_exclude_each_other_and_end() {
    explore_all(2, 2, &[caller, caller]);
}

#[test]
fn three_exclude_each_other_and_end() {
    explore_all(1, 1, &[hog, hog, caller]);
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_lost_signal_would_be_found() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    explore::<false>(Vec::new(), 2, &[hog, hog]);
}

#[test]
#[should_panic(expected = "left == right")]
fn two_at_once_would_be_found() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    explore::<true>(Vec::new(), 2, &[hog, reckless]);
}
