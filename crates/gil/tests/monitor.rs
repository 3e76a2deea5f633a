//! Misuse of the monitors that safe code can do: it may wait for ever or panic, and is never undefined.

use std::mem::forget;
use std::sync::Arc;

use gil::primitives::{Monitor, Portable, Primitives, System};

/// Whether a monitor frees its value when it is dropped, after a use of it.
fn frees<P: Primitives>(use_it: impl FnOnce(&P::Monitor<Arc<()>>)) -> bool {
    let value = Arc::new(());
    let monitor = P::Monitor::new(Arc::clone(&value));
    use_it(&monitor);
    drop(monitor);
    Arc::strong_count(&value) == 1
}

#[test]
fn a_monitor_frees_its_value() {
    assert!(frees::<System>(|monitor| drop(monitor.lock())));
    assert!(frees::<Portable>(|monitor| drop(monitor.lock())));
}

#[test]
#[cfg(target_os = "linux")]
fn one_whose_guard_was_forgotten_is_never_freed() {
    assert!(!frees::<System>(|monitor| forget(monitor.lock())));
}

#[test]
#[cfg(all(target_os = "linux", debug_assertions))]
#[should_panic(expected = "held by this thread")]
fn a_thread_that_takes_a_monitor_twice_panics() {
    let monitor = <System as Primitives>::Monitor::new(());
    let _first = monitor.lock();
    let _second = monitor.lock();
}
