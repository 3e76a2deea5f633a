//! Threads under the lock, over the primitives of this machine and over the portable ones: what
//! must hold whatever the speed of the clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use futures_util::future::join;
use gil::primitives::{Monitor, Portable, Primitives, System};
use gil::{Interpreter, Lock};

const SOON: Duration = Duration::from_micros(1);
const NEVER: Duration = Duration::from_secs(1_000_000);

/// An increment that loses where two make it at once.
fn increment(count: &AtomicU64) {
    let before = count.load(Relaxed);
    std::hint::black_box(());
    count.store(before + 1, Relaxed);
}

fn excludes<P: Primitives>() {
    let (lock, count) = (Lock::<P>::new(SOON), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for me in 1..=4 {
            let (lock, count) = (&lock, &count);
            scope.spawn(move || {
                lock.take(me);
                for number in 0..20_000 {
                    increment(count);
                    match number % 100 {
                        0 => lock.without(me, || ()),
                        _ => lock.check(me),
                    }
                }
                lock.release(me, true);
            });
        }
    });
    assert_eq!(count.into_inner(), 80_000);
    assert!(lock.owner_changes() >= 4);
}

#[test]
fn one_at_a_time_over_either_make() {
    excludes::<System>();
    excludes::<Portable>();
}

fn waits_end<P: Primitives>() {
    let monitor = P::Monitor::new(0);
    // A wait may return for nothing, but nobody signals here: in the end it is the time that is over.
    let mut guard = monitor.lock();
    let mut over = false;
    while !over {
        (guard, over) = monitor.wait_for(guard, SOON);
    }
    drop(guard);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            *monitor.lock() = 1;
            monitor.signal();
        });
        let mut guard = monitor.lock();
        while *guard == 0 {
            let over;
            (guard, over) = monitor.wait_for(guard, NEVER);
            assert!(
                !over,
                "a signal or nothing ends a wait long before its time"
            );
        }
    });
}

#[test]
fn waits_end_by_signal_or_by_time() {
    waits_end::<System>();
    waits_end::<Portable>();
}

#[test]
fn a_thread_that_computes_is_made_to_let_others_have_the_lock() {
    let interpreter = Interpreter::new(SOON);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let attached = interpreter.attach();
        scope.spawn(|| {
            let _attached = interpreter.attach();
            done.store(true, Relaxed);
        });
        // It ends only if a check hands the lock over.
        while !done.load(Relaxed) {
            interpreter.check();
        }
        drop(attached);
    });
    assert!(interpreter.owner_changes() >= 2);
}

#[test]
fn a_call_that_blocks_is_made_without_the_lock() {
    let interpreter = Interpreter::new(NEVER);
    let (here, there) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _attached = interpreter.attach();
            interpreter.detach(|| here.wait());
            interpreter.detach(|| there.wait());
        });
        // Both can only meet at the barriers if neither keeps the lock there.
        let _attached = interpreter.attach();
        interpreter.detach(|| here.wait());
        interpreter.detach(|| there.wait());
    });
}

#[test]
fn a_panic_in_a_call_takes_the_lock_again_and_the_end_of_the_thread_gives_it_back() {
    let interpreter = Interpreter::new(NEVER);
    let attached = interpreter.attach();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        interpreter.detach(|| panic!("in a call"))
    }));
    assert!(panicked.is_err());
    let count = interpreter.owner_changes();
    // Held again: attaching once more takes nothing, and dropping that gives nothing back.
    drop(interpreter.attach());
    let other = interpreter.clone();
    drop(attached);
    std::thread::spawn(move || {
        let _attached = other.attach();
        panic!("a thread that panics as it holds the lock");
    })
    .join()
    .unwrap_err();
    // It is free for this thread, and has had three owners.
    let _attached = interpreter.attach();
    assert_eq!((count, interpreter.owner_changes()), (1, 3));
}

#[test]
fn owners_are_counted_and_not_takes() {
    let interpreter = Interpreter::new(NEVER);
    for _ in 0..10 {
        drop(interpreter.attach());
    }
    assert_eq!(interpreter.owner_changes(), 1);
}

#[test]
fn a_future_that_waits_does_not_keep_the_lock() {
    let interpreter = Interpreter::new(NEVER);
    let (sender, receiver) = futures_channel::oneshot::channel();
    let other = interpreter.clone();
    let thread = std::thread::spawn(move || {
        let _attached = other.attach();
        sender.send(7).unwrap();
    });
    let (received, _) = interpreter.block_on(join(receiver, async {}));
    assert_eq!(received, Ok(7));
    thread.join().unwrap();
}

#[test]
fn a_thread_that_does_not_hold_the_lock_may_call_and_check_all_the_same() {
    let interpreter = Arc::new(Interpreter::new(NEVER));
    let holder = Arc::clone(&interpreter);
    let _attached = holder.attach();
    std::thread::spawn(move || {
        interpreter.check();
        assert_eq!(interpreter.detach(|| 5), 5);
    })
    .join()
    .unwrap();
}
