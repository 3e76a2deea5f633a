//! What is known of how each variant runs its tasks, from its source.

/// The variants whose rules are written: others can be measured only.
pub const VARIANTS: [&str; 8] = [
    "threads/sequential",
    "threads/pool",
    "threads/spawn",
    "threads/rayon",
    "async-tokio/current-thread",
    "async-tokio/multi-thread",
    "async-smol/multi",
    "multiproc/event-loop",
];

/// How a variant runs tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) lanes: Lanes,
    pub(crate) executors: Executors,
    /// Whether a lane whose task ends begins its next one before anything else in its thread's queue.
    pub(crate) starts_next_at_once: bool,
    /// Whether a thread is made for every task.
    pub(crate) makes_threads: bool,
}

/// How many lanes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lanes {
    One,
    Workers,
    InFlight,
}

/// Whose threads carry the lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Executors {
    /// A thread a lane.
    Lanes,
    /// One queue, from which so many threads take.
    One { threads: Threads },
    /// A process with a queue of its own for each worker, and a parent that reads results.
    Processes,
}

/// The threads of an executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threads {
    One,
    Workers,
}

impl Threads {
    pub(crate) fn of(self, workers: usize) -> usize {
        match self {
            Threads::One => 1,
            Threads::Workers => workers,
        }
    }
}

/// A thread a lane, each with a loop of its own over tasks: `crates/threads/src/pool.rs`. The other variants are told by what
/// they do otherwise.
const BLOCKING: Kind = Kind {
    lanes: Lanes::InFlight,
    executors: Executors::Lanes,
    starts_next_at_once: true,
    makes_threads: false,
};

/// An asynchronous executor: one queue for all lanes.
fn executor(threads: Threads, starts_next_at_once: bool) -> Kind {
    Kind {
        executors: Executors::One { threads },
        starts_next_at_once,
        ..BLOCKING
    }
}

impl Kind {
    /// How a variant runs tasks; `None` for one whose rules are not written yet.
    pub(crate) fn of(variant: &str) -> Option<Kind> {
        Some(match variant {
            "threads/sequential" => Kind {
                lanes: Lanes::One,
                ..BLOCKING
            },
            "threads/rayon" => Kind {
                lanes: Lanes::Workers,
                ..BLOCKING
            },
            "threads/pool" => BLOCKING,
            "threads/spawn" => Kind {
                makes_threads: true,
                ..BLOCKING
            },
            // Its scheduler has one deque and no LIFO slot: `runtime/scheduler/current_thread` of tokio.
            "async-tokio/current-thread" => executor(Threads::One, false),
            // What a task spawns goes to the worker's LIFO slot: `runtime/scheduler/multi_thread/worker.rs`.
            "async-tokio/multi-thread" => executor(Threads::Workers, true),
            // `async-executor` pushes to the end of its queue.
            "async-smol/multi" => executor(Threads::Workers, false),
            "multiproc/event-loop" => Kind {
                executors: Executors::Processes,
                ..BLOCKING
            },
            _ => return None,
        })
    }

    /// The lanes of a run with this many in flight.
    pub(crate) fn lanes_of(self, in_flight: u64, workers: u64) -> u64 {
        match self.lanes {
            Lanes::One => 1,
            Lanes::Workers => workers,
            Lanes::InFlight => in_flight,
        }
    }

    /// Whether blocking calls go to threads of their own.
    pub(crate) fn hands_over(self) -> bool {
        self.executors != Executors::Lanes
    }

    /// How many of these cores the tasks' own code can use at once.
    pub(crate) fn parallel(self, cores: usize, lanes: usize) -> usize {
        match self.executors {
            Executors::One { threads } => threads.of(cores),
            Executors::Lanes | Executors::Processes => cores.min(lanes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_variants_are_those_with_rules() {
        assert!(VARIANTS.iter().all(|name| Kind::of(name).is_some()));
        assert_eq!(Kind::of("python/threads"), None);
    }
}
