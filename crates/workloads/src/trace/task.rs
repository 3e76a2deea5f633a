//! What a traced task records: when it is polled and by which thread, what it waits for, and who wakes it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::AcqRel, Ordering::Acquire};
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;
use protocol::{Happened, WaitsFor};

use super::recording::{Of, is_on, number_lane, record, record_at};
use crate::clock::monotonic_ns;

/// The task that a thread runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Current {
    lane: u32,
    /// `None` for a unit that reads pulses or computes beside them.
    task: Option<u64>,
    /// What it waits for if it waits.
    on: WaitsFor,
    pause: Pause,
}

/// The last time for which a task did not run; 0 where it has run from its beginning, or no pulse of that time is
/// left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pause {
    from_ns: u64,
    until_ns: u64,
}

impl Current {
    fn of(self) -> Option<Of> {
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
    let from_ns = monotonic_ns();
    record_at(from_ns, current.of(), what);
    let value = call();
    // A thread comes back to the task that it ran. A coroutine may come back on another thread, and
    // the first may have run others meanwhile.
    goes_on(current, from_ns);
    value
}

/// Records that this thread runs a task again, which has not run since `from_ns`.
fn goes_on(current: Current, from_ns: u64) {
    let until_ns = monotonic_ns();
    record_at(until_ns, current.of(), Happened::Run);
    exchange(Some(Current {
        pause: Pause { from_ns, until_ns },
        ..current
    }));
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
        let holder = current();
        record(holder.and_then(Current::of), Happened::LockTaken);
        // A thread that begins or ends its life under the lock has no task that goes on.
        if let Some(task) = holder.filter(|_| waited) {
            goes_on(task, task.pause.from_ns);
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
    record(Some((lane, Some(task))), Happened::Ready);
}

/// A unit of a workload with coordination, recorded as a lane of its own.
pub fn unit<F: Future>(unit: F) -> impl Future<Output = F::Output> {
    Traced::over(number_lane(), None, unit)
}

/// The unit that this thread runs has answered a pulse, which counts as a task; `due_ns` is the time of
/// [`monotonic_ns`] from which it could be answered, where that is known.
pub fn pulse(index: u64, due_ns: Option<u64>) {
    let Some(task) = current().filter(|_| is_on()) else {
        return;
    };
    let of = Some((task.lane, Some(index)));
    let pause = task.pause;
    if let Some(due_ns) = due_ns
        && due_ns < pause.until_ns
    {
        // A pulse that was due earlier waited for the one before it.
        record_at(due_ns.max(pause.from_ns), of, Happened::Ready);
    }
    record(of, Happened::Done);
    record(task.of(), Happened::Run);
    // Of the pulses of one pause the first has waited longest: it stands for all.
    exchange(Some(Current {
        pause: Pause::default(),
        ..task
    }));
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
        Self::over(lane, Some(index), task)
    }

    fn over(lane: u32, index: Option<u64>, task: F) -> Self {
        let current = Current {
            lane,
            task: index,
            on: WaitsFor::Unit,
            pause: Pause::default(),
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
        let restore = Restore(current());
        goes_on(*this.current, this.current.pause.from_ns);
        let standard = Waker::from(Arc::clone(&waker));
        let polled = this.task.poll(&mut Context::from_waker(&standard));
        // Read before others may record that they woke the task, which comes after.
        let left_ns = monotonic_ns();
        *this.current = exchange(None).unwrap_or(*this.current);
        this.current.pause.from_ns = left_ns;
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
