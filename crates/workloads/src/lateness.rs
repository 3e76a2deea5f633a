//! How late the waits of tasks ended, in workloads whose latencies these are.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// A place for every task of the measured phase. Empty where a task's latency is how long it took.
#[derive(Default)]
pub(crate) struct Lateness {
    /// Nanoseconds, at least 1; 0 of a task that has not waited.
    late_ns: Box<[AtomicU64]>,
}

impl Lateness {
    /// Places for so many tasks.
    pub(crate) fn of(tasks: u64) -> Self {
        Self {
            late_ns: (0..tasks).map(|_| AtomicU64::default()).collect(),
        }
    }

    /// Notes that the wait of a task took this long instead of `asked`. Tasks of the warm-up have no place.
    pub(crate) fn note(&self, index: u64, took_ns: u64, asked: Duration) {
        let asked_ns = u64::try_from(asked.as_nanos()).unwrap_or(u64::MAX);
        let place = usize::try_from(index)
            .ok()
            .and_then(|at| self.late_ns.get(at));
        if let Some(place) = place {
            place.store(took_ns.saturating_sub(asked_ns).max(1), Relaxed);
        }
    }

    /// The tasks that have waited, and by how many nanoseconds each was late.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u64, u64)> {
        let all = (0..).zip(self.late_ns.iter());
        all.map(|(index, late_ns)| (index, late_ns.load(Relaxed)))
            .filter(|(_, late_ns)| *late_ns > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_wait_took_beyond_what_was_asked_for_is_kept_by_task() {
        let lateness = Lateness::of(3);
        let asked = Duration::from_nanos(100);
        lateness.note(2, 150, asked);
        // A timer that ends early is not late, and has still been waited for.
        lateness.note(0, 99, asked);
        lateness.note(3, 500, asked);
        assert_eq!(lateness.all().collect::<Vec<_>>(), [(0, 1), (2, 50)]);
        assert_eq!(Lateness::default().all().count(), 0);
    }
}
