//! The primitives that the lock is built from: a mutex with a condition variable whose waits may
//! have a time limit, and a word that is only a hint. There are three implementations: the system's
//! own ([`System`]), the standard library's ([`Portable`]), and a model checker's in the tests.
//!
//! The lock behaves as CPython's only over the primitives that CPython uses, which are the mutex
//! and the condition variable of pthreads. Those of the standard library spin before they wait and
//! make a system call for every signal, and both change which thread is first to take the lock.

use std::ops::DerefMut;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An implementation of the primitives.
pub trait Primitives: 'static {
    /// A value under a mutex, with a condition variable.
    type Monitor<T: Send + 'static>: Monitor<T>;
    /// A shared number that orders no other access to memory.
    type Word: Word;
}

/// A value under a mutex, and a condition variable that threads wait for.
pub trait Monitor<T>: Send + Sync {
    /// Holds the mutex as long as it lives.
    type Guard<'a>: DerefMut<Target = T>
    where
        Self: 'a;

    /// A free mutex around `value`.
    fn new(value: T) -> Self;

    /// Takes the mutex. A thread that holds it already waits for ever, or panics.
    fn lock(&self) -> Self::Guard<'_>;

    /// Releases the mutex, waits for a signal, and takes it again. Wake-ups without a signal are
    /// possible.
    fn wait<'a>(&'a self, guard: Self::Guard<'a>) -> Self::Guard<'a>;

    /// The same with a time limit; `true` if the time is over.
    fn wait_for<'a>(&'a self, guard: Self::Guard<'a>, time: Duration) -> (Self::Guard<'a>, bool);

    /// Wakes one thread that waits, if any does.
    fn signal(&self);
}

/// A number that several threads read and write, in no order with anything else.
pub trait Word: Send + Sync {
    /// A word that holds 0.
    fn new() -> Self;
    /// Reads it.
    fn load(&self) -> u64;
    /// Writes it.
    fn store(&self, value: u64);
}

impl Word for AtomicU64 {
    fn new() -> Self {
        Self::new(0)
    }

    fn load(&self) -> u64 {
        self.load(Relaxed)
    }

    fn store(&self, value: u64) {
        self.store(value, Relaxed);
    }
}

/// The primitives of the standard library, for every system.
#[derive(Debug)]
pub struct Portable;

impl Primitives for Portable {
    type Monitor<T: Send + 'static> = PortableMonitor<T>;
    type Word = AtomicU64;
}

/// A mutex and a condition variable of the standard library.
#[derive(Debug)]
pub struct PortableMonitor<T> {
    mutex: Mutex<T>,
    condition: Condvar,
}

impl<T: Send + 'static> Monitor<T> for PortableMonitor<T> {
    type Guard<'a> = MutexGuard<'a, T>;

    fn new(value: T) -> Self {
        Self {
            mutex: Mutex::new(value),
            condition: Condvar::new(),
        }
    }

    fn lock(&self) -> Self::Guard<'_> {
        self.mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&'a self, guard: Self::Guard<'a>) -> Self::Guard<'a> {
        self.condition
            .wait(guard)
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for<'a>(&'a self, guard: Self::Guard<'a>, time: Duration) -> (Self::Guard<'a>, bool) {
        let (again, over) = self
            .condition
            .wait_timeout(guard, time)
            .unwrap_or_else(PoisonError::into_inner);
        (again, over.timed_out())
    }

    fn signal(&self) {
        self.condition.notify_one();
    }
}

#[cfg(target_os = "linux")]
pub use linux::System;
/// The primitives of systems for which there are no better ones here.
#[cfg(not(target_os = "linux"))]
pub type System = Portable;

#[cfg(target_os = "linux")]
mod linux {
    #![expect(
        unsafe_code,
        reason = "pthread's mutex and condition have no safe wrapper that neither spins nor adds calls"
    )]

    use std::cell::UnsafeCell;
    use std::marker::PhantomData;
    use std::mem::{ManuallyDrop, MaybeUninit};
    use std::ops::{Deref, DerefMut};
    use std::ptr;
    use std::sync::atomic::AtomicU64;
    use std::time::Duration;

    use libc::{pthread_cond_t, pthread_mutex_t};

    use super::{Monitor, Primitives};

    /// The primitives of the C library, as CPython uses them: a mutex that does not spin, and a
    /// condition variable that waits by the monotonic clock.
    #[derive(Debug)]
    pub struct System;

    impl Primitives for System {
        type Monitor<T: Send + 'static> = Pthread<T>;
        type Word = AtomicU64;
    }

    /// The kind of mutex. The default kind leaves open what happens to a thread that takes a mutex
    /// which it holds already; with these two it waits for ever, and in debug builds gets an error.
    const KIND: libc::c_int = if cfg!(debug_assertions) {
        libc::PTHREAD_MUTEX_ERRORCHECK
    } else {
        libc::PTHREAD_MUTEX_NORMAL
    };

    /// A mutex and a condition variable of pthreads, in a box because they must not move once they
    /// are initialised. The box is freed by hand, and not at all where a guard was forgotten.
    pub struct Pthread<T>(ManuallyDrop<Box<Parts<T>>>);

    struct Parts<T> {
        mutex: UnsafeCell<MaybeUninit<pthread_mutex_t>>,
        condition: UnsafeCell<MaybeUninit<pthread_cond_t>>,
        value: UnsafeCell<T>,
    }

    impl<T> Parts<T> {
        /// The parts around a value; both objects are initialised where they stay.
        fn new(value: T) -> Box<Self> {
            let parts = Box::new(Self {
                mutex: UnsafeCell::new(MaybeUninit::uninit()),
                condition: UnsafeCell::new(MaybeUninit::uninit()),
                value: UnsafeCell::new(value),
            });
            initialise_mutex(parts.mutex());
            initialise_condition(parts.condition());
            parts
        }

        fn mutex(&self) -> *mut pthread_mutex_t {
            self.mutex.get().cast()
        }

        fn condition(&self) -> *mut pthread_cond_t {
            self.condition.get().cast()
        }
    }

    // SAFETY: pthread objects may be used from any thread, at an address that does not change, and
    // the value is reached only through a guard, so by one thread at a time.
    unsafe impl<T: Send> Send for Pthread<T> {}
    // SAFETY: as above.
    unsafe impl<T: Send> Sync for Pthread<T> {}

    impl<T: Send + 'static> Monitor<T> for Pthread<T> {
        type Guard<'a> = Guard<'a, T>;

        fn new(value: T) -> Self {
            Self(ManuallyDrop::new(Parts::new(value)))
        }

        fn lock(&self) -> Guard<'_, T> {
            // SAFETY: a mutex that was initialised and lives as long as `self`. Its kind defines what
            // a thread meets that holds it already: it gets no second guard.
            let answer = unsafe { libc::pthread_mutex_lock(self.0.mutex()) };
            assert_eq!(answer, 0, "pthread_mutex_lock: held by this thread?");
            Guard {
                parts: &self.0,
                this_thread: PhantomData,
            }
        }

        fn wait<'a>(&'a self, guard: Guard<'a, T>) -> Guard<'a, T> {
            assert!(ptr::eq(guard.parts, &raw const **self.0));
            // SAFETY: both are initialised, and the guard proves that this thread holds the mutex,
            // which it holds again afterwards.
            let answer = unsafe { libc::pthread_cond_wait(self.0.condition(), self.0.mutex()) };
            assert_eq!(answer, 0, "pthread_cond_wait");
            guard
        }

        fn wait_for<'a>(&'a self, guard: Guard<'a, T>, time: Duration) -> (Guard<'a, T>, bool) {
            assert!(ptr::eq(guard.parts, &raw const **self.0));
            let until = after(time);
            // SAFETY: as in `wait`; `until` outlives the call.
            let answer = unsafe {
                libc::pthread_cond_timedwait(self.0.condition(), self.0.mutex(), &raw const until)
            };
            assert!(
                answer == 0 || answer == libc::ETIMEDOUT,
                "pthread_cond_timedwait: {answer}"
            );
            (guard, answer == libc::ETIMEDOUT)
        }

        fn signal(&self) {
            // SAFETY: a condition that was initialised and lives as long as `self`.
            let answer = unsafe { libc::pthread_cond_signal(self.0.condition()) };
            assert_eq!(answer, 0, "pthread_cond_signal");
        }
    }

    impl<T> Drop for Pthread<T> {
        fn drop(&mut self) {
            // SAFETY: the mutex was initialised and is not destroyed yet.
            if unsafe { libc::pthread_mutex_trylock(self.0.mutex()) } != 0 {
                // A guard was forgotten. Destroying a mutex that is held is undefined, so everything
                // stays where it is.
                return;
            }
            // SAFETY: this thread holds the mutex. Guards borrow the monitor, so nobody waits any
            // more, and nothing uses the parts after this.
            unsafe {
                libc::pthread_mutex_unlock(self.0.mutex());
                libc::pthread_cond_destroy(self.0.condition());
                libc::pthread_mutex_destroy(self.0.mutex());
                ManuallyDrop::drop(&mut self.0);
            }
        }
    }

    /// The mutex, held by the thread that took it and by no other.
    pub struct Guard<'a, T> {
        parts: &'a Parts<T>,
        this_thread: PhantomData<*const ()>,
    }

    impl<T> Deref for Guard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            // SAFETY: this thread holds the mutex.
            unsafe { &*self.parts.value.get() }
        }
    }

    impl<T> DerefMut for Guard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            // SAFETY: this thread holds the mutex, and its one guard is borrowed exclusively.
            unsafe { &mut *self.parts.value.get() }
        }
    }

    impl<T> Drop for Guard<'_, T> {
        fn drop(&mut self) {
            let _ = self.this_thread;
            // SAFETY: this thread holds the mutex, and gives up the guard that says so.
            let answer = unsafe { libc::pthread_mutex_unlock(self.parts.mutex()) };
            debug_assert_eq!(answer, 0, "pthread_mutex_unlock");
        }
    }

    fn initialise_mutex(mutex: *mut pthread_mutex_t) {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the attributes are initialised before they are used and destroyed after; the mutex
        // is memory for one, which nothing has initialised before.
        unsafe {
            let pointer = attributes.as_mut_ptr();
            assert_eq!(libc::pthread_mutexattr_init(pointer), 0);
            let kind = libc::pthread_mutexattr_settype(pointer, KIND);
            assert_eq!(kind, 0, "pthread_mutexattr_settype");
            let made = libc::pthread_mutex_init(mutex, pointer);
            assert_eq!(made, 0, "pthread_mutex_init");
            libc::pthread_mutexattr_destroy(pointer);
        }
    }

    fn initialise_condition(condition: *mut pthread_cond_t) {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: as in `initialise_mutex`.
        unsafe {
            let pointer = attributes.as_mut_ptr();
            assert_eq!(libc::pthread_condattr_init(pointer), 0);
            // The default clock is the wall clock: setting it back would lengthen a switch
            // interval.
            let clock = libc::pthread_condattr_setclock(pointer, libc::CLOCK_MONOTONIC);
            assert_eq!(clock, 0, "pthread_condattr_setclock");
            let made = libc::pthread_cond_init(condition, pointer);
            assert_eq!(made, 0, "pthread_cond_init");
            libc::pthread_condattr_destroy(pointer);
        }
    }

    /// The end of a time that begins now, on the clock of the condition variables.
    fn after(time: Duration) -> libc::timespec {
        let mut read = MaybeUninit::<libc::timespec>::uninit();
        // SAFETY: the call fills in the time where it answers 0, and that is checked.
        let now = unsafe {
            let answer = libc::clock_gettime(libc::CLOCK_MONOTONIC, read.as_mut_ptr());
            assert_eq!(answer, 0, "clock_gettime");
            read.assume_init()
        };
        let nanos = now.tv_nsec + libc::c_long::from(time.subsec_nanos().cast_signed());
        let seconds = libc::time_t::try_from(time.as_secs()).unwrap_or(libc::time_t::MAX);
        // Copied rather than built, because `timespec` has further fields on some systems.
        let mut until = now;
        until.tv_sec = now
            .tv_sec
            .saturating_add(seconds)
            .saturating_add(nanos / 1_000_000_000);
        until.tv_nsec = nanos % 1_000_000_000;
        until
    }
}
