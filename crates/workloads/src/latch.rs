//! Proof that tasks wait at the same time: a task that waits leaves only when every lane has
//! arrived, so that "alive at once" is counted and not guessed. It needs nothing but the model's
//! own timer, so that it favours none.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::clock::monotonic_ns as now;

/// Called when all lanes wait at once.
pub(crate) type ObserveFull = dyn Fn() + Send + Sync;

/// Most time that a task waits before it looks again.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// The first arrivals of one phase, as many as there are lanes, wait for each other.
#[derive(Default)]
pub(crate) struct Latch {
    lanes: u64,
    /// How long the first wait of a task takes: nobody comes here with a later one before all have
    /// arrived.
    least_rest: Duration,
    on_full: Option<Box<ObserveFull>>,
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
    /// A latch for as many arrivals as there are lanes, whose first waits take `least_rest`.
    #[must_use]
    pub(crate) fn new(lanes: u64, least_rest: Duration) -> Self {
        Self {
            lanes,
            least_rest,
            ..Self::default()
        }
    }

    /// A latch that holds nobody: in an open loop tasks come when they come.
    pub(crate) fn open() -> Self {
        let latch = Self::default();
        latch.full.get_or_init(now);
        latch
    }

    /// Calls `observer` in the last arrival, before any task leaves.
    pub(crate) fn observe(&mut self, observer: Box<ObserveFull>) {
        self.on_full = Some(observer);
    }

    /// Who observes the last arrival.
    pub(crate) fn on_full(&self) -> Option<&ObserveFull> {
        self.on_full.as_deref()
    }

    /// Lets everybody go who waits for lanes that have not arrived: one of them never will.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Relaxed);
    }

    /// How much longer a task waits that has slept as long as its step says. None, which lets it
    /// go, once all lanes have arrived or one never will.
    pub(crate) fn rest(&self) -> Option<Duration> {
        if self.full.get().is_none() {
            let is_abandoned = self.abandoned.load(Relaxed);
            return (!is_abandoned).then(|| self.expected_rest());
        }
        self.left.get_or_init(now);
        None
    }

    /// Counts the arrival of a task, which then waits for what its step says and after that while
    /// [`Self::rest`] gives a time for it.
    pub(crate) fn arrive(&self) {
        self.started.get_or_init(now);
        // Relaxed is enough: the counter alone decides who is last, and `full`, which others wait
        // for, orders what was written before it.
        if self.arrived.fetch_add(1, Relaxed) + 1 == self.lanes {
            let full = now();
            if let Some(observe) = &self.on_full {
                observe();
            }
            // Set after the call: nobody leaves before.
            let _ = self.full.set(full);
        }
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
    /// at least the time of a wait: a task wakes a few times in all, however slow its start. Waking often
    /// would slow down the very start that it waits for.
    fn expected_rest(&self) -> Duration {
        let start = *self.started.get_or_init(now);
        let arrived = self.arrived.load(Relaxed).max(1);
        let elapsed = u128::from(now().saturating_sub(start));
        let missing = u128::from(self.lanes.saturating_sub(arrived));
        // A quarter more than the pace so far asks for: a task that wakes too early sleeps a whole
        // rest again, one that wakes a little late loses little.
        let nanos = elapsed * missing * 5 / (u128::from(arrived) * 4);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
            .clamp(self.least_rest, self.least_rest.max(LONGEST_REST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{BlockingIo, run_ready};
    use crate::io::Io;

    const REST: Duration = Duration::from_millis(1);

    fn wait(latch: &Latch) {
        latch.arrive();
        run_ready(BlockingIo.sleep_while(REST, || latch.rest()));
    }

    #[test]
    fn nobody_leaves_before_the_last_has_arrived() {
        let latch = Latch::new(8, REST);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| wait(&latch));
            }
        });
        let alive = latch.alive().unwrap();
        assert_eq!(alive.count, 8);
        assert!(alive.from <= alive.until);
    }

    #[test]
    fn whoever_waits_for_a_lane_that_never_comes_is_let_go() {
        let latch = Latch::new(3, REST);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| wait(&latch));
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
