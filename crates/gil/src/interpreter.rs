//! One lock per process, and the threads that belong to it. What they compute is left to `io`.

use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use crate::lock::{Lock, NOBODY};

/// What [`Interpreter::owner_changes`] is called among a run's counts.
pub const OWNER_CHANGES: &str = "owner-changes";
/// What [`Interpreter::switch_interval`] is called among a run's settings.
pub const SWITCH_INTERVAL_US: &str = "switch_interval_us";

/// What threads share that may only compute one at a time. Clones are the same interpreter.
#[derive(Clone, Debug)]
pub struct Interpreter {
    lock: Arc<Lock>,
}

static THREADS: AtomicU64 = AtomicU64::new(NOBODY);

thread_local! {
    /// This thread's number for every lock: a thread that comes again is the same.
    static ME: u64 = THREADS.fetch_add(1, Relaxed) + 1;
    /// The lock that this thread holds, by its address; 0 where it holds none.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

impl Interpreter {
    /// An interpreter whose threads ask for the lock after they have waited for `switch_interval`,
    /// of which at least a microsecond is made.
    #[must_use]
    pub fn new(switch_interval: Duration) -> Self {
        Self {
            lock: Arc::new(Lock::new(switch_interval.max(Duration::from_micros(1)))),
        }
    }

    /// Makes the calling thread one of this interpreter's: waits for the lock, and holds it until
    /// the guard is dropped, which stands for the end of the thread. On a thread that holds it
    /// already this does nothing.
    ///
    /// # Panics
    /// If the thread holds the lock of another interpreter, which it would keep while it waits.
    #[must_use]
    pub fn attach(&self) -> Attached<'_> {
        let first = !self.is_held();
        if first {
            assert_eq!(
                HELD.get(),
                0,
                "a thread belongs to one interpreter at a time"
            );
            self.lock.take(ME.with(|me| *me));
            HELD.set(self.address());
        }
        Attached {
            interpreter: self,
            first,
            this_thread: PhantomData,
        }
    }

    /// Makes a call that may block, without the lock. A panic takes it again on its way. On a thread
    /// that does not hold the lock it is just the call.
    pub fn detach<T>(&self, call: impl FnOnce() -> T) -> T {
        if !self.is_held() {
            return call();
        }
        HELD.set(0);
        // Declared before the lock is taken again, hence dropped after.
        let _held = HeldAgain(self.address());
        self.lock.without(ME.with(|me| *me), call)
    }

    /// Lets the others have the lock if they have asked for it: to be called between any two pieces
    /// of work that are longer than some hundred nanoseconds.
    #[inline]
    pub fn check(&self) {
        if self.is_held() {
            self.lock.check(ME.with(|me| *me));
        }
    }

    /// Carries out a future to its end on this thread, which holds the lock whenever it is the future
    /// that runs, and not while it waits for what wakes it.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        let _attached = self.attach();
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending => self.detach(thread::park),
            }
        }
    }

    /// How often the lock has gone to another thread than the one that had it last.
    #[must_use]
    pub fn owner_changes(&self) -> u64 {
        self.lock.owner_changes()
    }

    /// After this a thread that waits for the lock asks for it.
    #[must_use]
    pub fn switch_interval(&self) -> Duration {
        self.lock.interval()
    }

    fn is_held(&self) -> bool {
        HELD.get() == self.address()
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.lock).addr()
    }
}

/// The calling thread, as one of an interpreter.
#[derive(Debug)]
pub struct Attached<'a> {
    interpreter: &'a Interpreter,
    /// Whether it was this guard that took the lock.
    first: bool,
    this_thread: PhantomData<*const ()>,
}

impl Drop for Attached<'_> {
    fn drop(&mut self) {
        let _ = self.this_thread;
        if self.first {
            HELD.set(0);
            self.interpreter.lock.release(ME.with(|me| *me), true);
        }
    }
}

struct HeldAgain(usize);

impl Drop for HeldAgain {
    fn drop(&mut self) {
        HELD.set(self.0);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
