//! An interpreter: one lock, and the threads that share it. A thread attaches itself to hold the
//! lock, and detaches itself around calls that block.

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

/// The name of [`Interpreter::switch_interval`] among a run's settings.
pub const SWITCH_INTERVAL_US: &str = "switch_interval_us";

/// A lock that lets only one of its threads compute at a time. Clones are the same interpreter.
#[derive(Clone, Debug)]
pub struct Interpreter {
    lock: Arc<Lock>,
}

/// The last number that was given to a thread.
static THREADS: AtomicU64 = AtomicU64::new(NOBODY);

thread_local! {
    /// This thread's number, the same for every lock and for every time that it attaches itself.
    static ME: u64 = THREADS.fetch_add(1, Relaxed) + 1;
    /// The address of the lock that this thread holds; 0 if it holds none.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

impl Interpreter {
    /// An interpreter whose threads ask for the lock after they have waited for `switch_interval`,
    /// which is at least a microsecond.
    #[must_use]
    pub fn new(switch_interval: Duration) -> Self {
        Self {
            lock: Arc::new(Lock::new(switch_interval.max(Duration::from_micros(1)))),
        }
    }

    /// Makes the calling thread one of this interpreter's: waits for the lock and holds it until
    /// the guard is dropped, which stands for the end of the thread. It does nothing on a thread
    /// that holds the lock already.
    ///
    /// # Panics
    /// If the thread holds the lock of another interpreter, because two threads that each held one
    /// lock and waited for the other would deadlock.
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

    /// Makes a call that may block, without the lock, which is taken again afterwards even if the
    /// call panics. On a thread that does not hold the lock it only makes the call.
    pub fn detach<T>(&self, call: impl FnOnce() -> T) -> T {
        if !self.is_held() {
            return call();
        }
        HELD.set(0);
        // Dropped at the end of this function, and so only after `without` has taken the lock
        // again, also where the call panics.
        let _held = HeldAgain(self.address());
        self.lock.without(ME.with(|me| *me), call)
    }

    /// Releases the lock for a moment if other threads have asked for it. Call it between any two
    /// pieces of work that take longer than some hundred nanoseconds.
    #[inline]
    pub fn check(&self) {
        if self.is_held() {
            self.lock.check(ME.with(|me| *me));
        }
    }

    /// Runs a future to completion on this thread. The thread holds the lock while the future runs,
    /// and not while it waits to be woken.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut pinned = pin!(future);
        let _attached = self.attach();
        loop {
            match pinned.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending => self.detach(thread::park),
            }
        }
    }

    /// How often the lock has been taken by another thread than its previous owner.
    #[must_use]
    pub fn owner_changes(&self) -> u64 {
        self.lock.owner_changes()
    }

    /// How long a thread waits for the lock before it asks for it.
    #[must_use]
    pub fn switch_interval(&self) -> Duration {
        self.lock.interval()
    }

    /// Whether the calling thread holds this lock.
    fn is_held(&self) -> bool {
        HELD.get() == self.address()
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.lock).addr()
    }
}

/// Proof that the calling thread belongs to an interpreter. It must not leave that thread.
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

/// Notes on drop that this thread holds the lock again.
struct HeldAgain(usize);

impl Drop for HeldAgain {
    fn drop(&mut self) {
        HELD.set(self.0);
    }
}

/// Wakes a future by unparking the thread that runs it.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
