//! What a traced task records: when it is polled and by which thread, what it waits for, and who wakes it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::AcqRel, Ordering::Acquire};
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;
use protocol::{Happened, WaitsFor};

use super::recording::{is_on, record, record_at};
use crate::clock::monotonic_ns;

/// The task that a thread runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Current {
    lane: u32,
    task: u64,
    /// What it waits for if it waits.
    on: WaitsFor,
}

impl Current {
    fn of(self) -> Option<(u32, u64)> {
        Some((self.lane, self.task))
    }
}

thread_local! {
    static CURRENT: Cell<Option<Current>> = const { Cell::new(None) };
}

/// What this thread runs.
// Not inlined, because a coroutine that stops between two such calls goes on on another thread, and
// the compiler may look up an address of thread-local storage only once in a function.
#[inline(never)]
fn current() -> Option<Current> {
    CURRENT.get()
}

/// Changes what this thread runs, and gives what it ran before.
#[inline(never)]
fn exchange(current: Option<Current>) -> Option<Current> {
    CURRENT.replace(current)
}

/// Restores on drop what a thread ran before, also where a poll panics.
struct Restore(Option<Current>);

impl Drop for Restore {
    fn drop(&mut self) {
        exchange(self.0);
    }
}

/// Says what the task that this thread runs waits for, if it waits from now on.
pub fn may_wait_for(on: WaitsFor) {
    if is_on() {
        exchange(current().map(|current| Current { on, ..current }));
    }
}

/// Makes a call that blocks this thread, and with it the task that it runs, until what is waited for has come.
pub fn waiting<T>(on: WaitsFor, call: impl FnOnce() -> T) -> T {
    around(Happened::Wait(on), call)
}

/// Makes a call by which this thread lets others run.
pub fn yielding<T>(call: impl FnOnce() -> T) -> T {
    around(Happened::Ready, call)
}

fn around<T>(what: Happened, call: impl FnOnce() -> T) -> T {
    let current = if is_on() { exchange(None) } else { None };
    let Some(current) = current else {
        return call();
    };
    record(current.of(), what);
    let value = call();
    // A thread comes back to the task that it ran. A coroutine may come back on another thread, and
    // the first may have run others meanwhile.
    exchange(Some(current));
    record(current.of(), Happened::Run);
    value
}

/// This thread begins to wait for an interpreter lock.
pub fn lock_wanted() {
    if is_on() {
        record(
            current().and_then(Current::of),
            Happened::Wait(WaitsFor::Lock),
        );
    }
}

/// This thread has taken an interpreter lock, for which it had to wait or not.
pub fn lock_taken(waited: bool) {
    if is_on() {
        let of = current().and_then(Current::of);
        record(of, Happened::LockTaken);
        // A thread that begins or ends its life under the lock has no task that goes on.
        if waited && of.is_some() {
            record(of, Happened::Run);
        }
    }
}

/// This thread releases an interpreter lock.
pub fn lock_released() {
    if is_on() {
        record(current().and_then(Current::of), Happened::LockReleased);
    }
}

/// A call that a pool of threads may carry out, as a part of the task that this thread runs.
pub fn part<T>(call: impl FnOnce() -> T) -> impl FnOnce() -> T {
    // Boxed, so that a call of a run that is not recorded is larger by no more than an address.
    let of = if is_on() {
        current().map(Box::new)
    } else {
        None
    };
    move || match of {
        // A model that blocks makes the call on the thread that runs the task already.
        Some(current) if !runs(&current) => {
            record(current.of(), Happened::PartBegin);
            let value = call();
            record(current.of(), Happened::PartEnd);
            value
        }
        _ => call(),
    }
}

/// Whether this thread runs the task.
fn runs(task: &Current) -> bool {
    current().is_some_and(|current| current.of() == task.of())
}

/// A lane's task can run from now on.
pub(crate) fn ready(lane: u32, task: u64) {
    record(Some((lane, task)), Happened::Ready);
}

/// A lane's task could run since this time of [`monotonic_ns`].
pub fn ready_since(at_ns: u64, lane: u32, task: u64) {
    if is_on() {
        record_at(at_ns, Some((lane, task)), Happened::Ready);
    }
}

pin_project! {
    /// A task whose polls, waits and wake-ups are recorded.
    pub(crate) struct Traced<F> {
        current: Current,
        waker: Option<Arc<TaskWaker>>,
        #[pin]
        task: F,
    }
}

impl<F: Future> Traced<F> {
    /// The task that a lane carries out by this future.
    pub(crate) fn new(lane: u32, index: u64, task: F) -> Self {
        let current = Current {
            lane,
            task: index,
            on: WaitsFor::Unit,
        };
        Self {
            current,
            waker: None,
            task,
        }
    }
}

impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let waker = TaskWaker::over(context.waker(), this.waker.take(), *this.current);
        waker
            .state
            .store(POLLED, std::sync::atomic::Ordering::Release);
        let restore = Restore(exchange(Some(*this.current)));
        record(this.current.of(), Happened::Run);
        let standard = Waker::from(Arc::clone(&waker));
        let polled = this.task.poll(&mut Context::from_waker(&standard));
        // Read before others may record that they woke the task, which comes after.
        let left_ns = monotonic_ns();
        *this.current = exchange(None).unwrap_or(*this.current);
        drop(restore);
        let what = match polled {
            Poll::Ready(_) => {
                waker
                    .state
                    .store(AWAKE, std::sync::atomic::Ordering::Release);
                Happened::Done
            }
            Poll::Pending if waker.left() => Happened::Ready,
            Poll::Pending => Happened::Wait(this.current.on),
        };
        record_at(left_ns, this.current.of(), what);
        *this.waker = Some(waker);
        polled
    }
}

/// The task waits to be woken.
const ASLEEP: u8 = 0;
/// It is polled.
const POLLED: u8 = 1;
/// It is polled, and was woken meanwhile: it only yields.
const YIELDS: u8 = 2;
/// It was woken and not polled since, or is done.
const AWAKE: u8 = 3;

/// Wakes a task, and records when.
struct TaskWaker {
    inner: Waker,
    current: Current,
    state: AtomicU8,
}

impl TaskWaker {
    /// The waker of a task that is polled with `inner`: the one that it had, if that still serves.
    fn over(inner: &Waker, before: Option<Arc<Self>>, current: Current) -> Arc<Self> {
        let kept = before.filter(|waker| waker.inner.will_wake(inner));
        kept.unwrap_or_else(|| {
            Arc::new(Self {
                inner: inner.clone(),
                current,
                state: AtomicU8::new(POLLED),
            })
        })
    }

    /// The task is polled no more, and is not done; whether it has been woken already.
    fn left(&self) -> bool {
        let slept = self.state.compare_exchange(POLLED, ASLEEP, AcqRel, Acquire);
        if slept.is_err() {
            self.state
                .store(AWAKE, std::sync::atomic::Ordering::Release);
        }
        slept.is_err()
    }

    fn record_wake(&self) {
        let before = self.state.fetch_update(AcqRel, Acquire, woken);
        if before == Ok(ASLEEP) && is_on() {
            record(self.current.of(), Happened::Ready);
        }
    }
}

/// The state after a waker was called; `None` where that changes none.
fn woken(state: u8) -> Option<u8> {
    match state {
        ASLEEP => Some(AWAKE),
        POLLED => Some(YIELDS),
        _ => None,
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.record_wake();
        self.inner.wake_by_ref();
    }
}
