//! Proof that tasks wait at the same time: a task that waits leaves only when every lane has
//! arrived, so that "alive at once" is counted and not guessed. It needs nothing but the model's
//! own timer, so that it favours none.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::clock::monotonic_ns as now;
use crate::io::Io;

/// Called when all lanes wait at once.
pub(crate) type ObserveFull = dyn Fn() + Send + Sync;

/// Most time that a task waits before it looks again.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// The first arrivals of one phase, as many as there are lanes, wait for each other.
#[derive(Debug, Default)]
pub(crate) struct Latch {
    lanes: u64,
    started: OnceLock<u64>,
    arrived: AtomicU64,
    full: OnceLock<u64>,
    left: OnceLock<u64>,
    abandoned: AtomicBool,
}

/// How many tasks were certainly alive together, and when (`CLOCK_MONOTONIC`, nanoseconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alive {
    /// Tasks.
    pub count: u64,
    /// The moment when the last of them arrived.
    pub from: u64,
    /// The moment when the first of them left.
    pub until: u64,
}

impl Alive {
    /// What two processes prove together: their sum where the times overlap, otherwise the larger.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (from, until) = (self.from.max(other.from), self.until.min(other.until));
        // Both count one clock of the machine, so that their times may be compared.
        if from < until {
            return Self {
                count: self.count + other.count,
                from,
                until,
            };
        }
        if self.count >= other.count {
            self
        } else {
            other
        }
    }
}

impl Latch {
    /// A latch for as many arrivals as there are lanes.
    #[must_use]
    pub(crate) fn new(lanes: u64) -> Self {
        Self {
            lanes,
            ..Self::default()
        }
    }

    /// A latch that holds nobody: in an open loop tasks come when they come.
    pub(crate) fn open() -> Self {
        let latch = Self::default();
        latch.full.get_or_init(now);
        latch
    }

    /// Waits for `duration`, and on until all lanes have arrived; `on_full` is called by the last
    /// of them before any leaves.
    pub(crate) fn wait<'a, I: Io>(
        &'a self,
        io: &'a I,
        duration: Duration,
        on_full: Option<&'a ObserveFull>,
    ) -> impl Future<Output = ()> + Send + 'a {
        let mut start = None;
        // One sleep, because every waiting task has room for each.
        io.sleep_while(move || match start {
            None => {
                start = Some(self.arrive(on_full));
                Some(duration)
            }
            Some(start) => self.rest(start, duration),
        })
    }

    /// Lets everybody go who waits for lanes that have not arrived: one of them never will.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Relaxed);
    }

    /// None, which lets go, once all lanes have arrived or one never will.
    fn rest(&self, start: u64, duration: Duration) -> Option<Duration> {
        if self.full.get().is_none() {
            let is_abandoned = self.abandoned.load(Relaxed);
            return (!is_abandoned).then(|| self.expected_rest(start, duration));
        }
        self.left.get_or_init(now);
        None
    }

    /// Counts an arrival; gives the time of the first.
    fn arrive(&self, on_full: Option<&ObserveFull>) -> u64 {
        let start = *self.started.get_or_init(now);
        // Relaxed is enough: the counter alone decides who is last, and `full`, which others wait
        // for, orders what was written before it.
        if self.arrived.fetch_add(1, Relaxed) + 1 == self.lanes {
            let full = now();
            if let Some(observe) = on_full {
                observe();
            }
            // Set after the call: nobody leaves before.
            let _ = self.full.set(full);
        }
        start
    }

    /// What was proved, once somebody has left.
    #[must_use]
    pub(crate) fn alive(&self) -> Option<Alive> {
        let (from, until) = (*self.full.get()?, *self.left.get()?);
        (self.lanes > 0).then_some(Alive {
            count: self.lanes,
            from,
            until,
        })
    }

    /// A little more than the time until the last arrival, if they go on coming as they did, and
    /// at least `duration`: a task wakes a few times in all, however slow its start. Waking often
    /// would slow down the very start that it waits for.
    fn expected_rest(&self, start: u64, duration: Duration) -> Duration {
        let arrived = self.arrived.load(Relaxed).max(1);
        let elapsed = u128::from(now().saturating_sub(start));
        let missing = u128::from(self.lanes.saturating_sub(arrived));
        // A quarter more than the pace so far asks for: a task that wakes too early sleeps a whole
        // rest again, one that wakes a little late loses little.
        let nanos = elapsed * missing * 5 / (u128::from(arrived) * 4);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
            .clamp(duration, duration.max(LONGEST_REST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{BlockingIo, run_ready};

    #[test]
    fn nobody_leaves_before_the_last_has_arrived() {
        let latch = Latch::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| run_ready(latch.wait(&BlockingIo, Duration::from_millis(1), None)));
            }
        });
        let alive = latch.alive().unwrap();
        assert_eq!(alive.count, 8);
        assert!(alive.from <= alive.until);
    }

    #[test]
    fn whoever_waits_for_a_lane_that_never_comes_is_let_go() {
        let latch = Latch::new(3);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| run_ready(latch.wait(&BlockingIo, Duration::from_millis(1), None)));
            }
            latch.abandon();
        });
        assert_eq!(latch.alive(), None);
    }

    #[test]
    fn processes_add_up_only_where_they_overlap() {
        let one = Alive {
            count: 5,
            from: 10,
            until: 20,
        };
        let overlapping = Alive {
            count: 6,
            from: 15,
            until: 30,
        };
        let later = Alive {
            count: 6,
            from: 25,
            until: 30,
        };
        assert_eq!(
            one.and(overlapping),
            Alive {
                count: 11,
                from: 15,
                until: 20
            }
        );
        assert_eq!(one.and(later), later);
    }
}
