//! What is known of how each variant runs its tasks, from its source.

/// The variants whose rules are written: others can be measured only.
pub const VARIANTS: [&str; 19] = [
    "threads/sequential",
    "threads/pool",
    "threads/spawn",
    "threads/rayon",
    "async-tokio/current-thread",
    "async-tokio/multi-thread",
    "async-tokio/multi-thread+inline",
    "async-tokio/per-core",
    "async-compio/per-core",
    "async-smol/single",
    "async-smol/multi",
    "async-std-legacy/multi",
    "coroutines/may",
    "multiproc/pool",
    "multiproc/wide",
    "multiproc/event-loop",
    "python/threading",
    "python/pool",
    "python/asyncio",
];

/// Those of them that a calibration measures where nobody names any. What all variants have in common is fitted to their runs alone.
pub const MEASURED: [&str; 8] = [
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
    pub(crate) calls: Calls,
    pub(crate) reports: Reports,
    pub(crate) timers: Timers,
    pub(crate) looks: Looks,
    pub(crate) language: Language,
}

/// How many lanes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lanes {
    One,
    Workers,
    InFlight,
    /// As many as are in flight, and no more than this.
    AtMost(u64),
}

/// Whose threads carry the lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Executors {
    /// A thread a lane.
    Lanes,
    /// One queue, from which so many threads take.
    One { threads: Threads },
    /// A thread with a queue of its own for each worker, whether or not in a process of its own; lanes stay where they are.
    Processes,
}

/// The threads of an executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threads {
    One,
    Workers,
}

/// Where blocking calls are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// On the thread that runs the task.
    Here,
    /// On threads for such calls, of which a busy pool starts another at once.
    Ready,
    /// On threads for such calls, of which the pool starts another for every five calls that wait: `grow_pool` of the crate `blocking`.
    Slow,
}

/// How a parent hears of the tasks that its processes did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reports {
    /// There is no parent.
    None,
    /// A result at a time, as far as it keeps up.
    EachTask,
    /// As many at a time as the process was given.
    Batches,
}

/// When a timer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timers {
    /// After its time, to the nanosecond.
    Exact,
    /// At a millisecond of the runtime's own count.
    Milliseconds,
}

/// When an executor looks at its sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// After so many turns, and where its queue is empty.
    Often,
    /// Only where its queue is empty.
    WhenIdle,
    /// Never: a thread waits for each socket.
    Never,
}

/// What the tasks are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    /// Python on one thread, whose kernels are its own.
    Python,
    /// The same on several threads, which take turns: a thread that computes gives its lock up after the switch interval
    /// (`sys.getswitchinterval`), where others wait for it, and `hashlib` works without the lock.
    PythonInTurns,
}

impl Looks {
    /// The turns between two looks.
    pub(crate) fn interval(self) -> u32 {
        match self {
            Looks::Often => 61,
            Looks::WhenIdle | Looks::Never => u32::MAX,
        }
    }
}

impl Timers {
    /// The grain in seconds.
    pub(crate) fn grain(self) -> f64 {
        match self {
            Timers::Exact => 0.0,
            Timers::Milliseconds => 1e-3,
        }
    }
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
    calls: Calls::Here,
    reports: Reports::None,
    timers: Timers::Exact,
    looks: Looks::Often,
    language: Language::Rust,
};

/// tokio on one thread: its scheduler has one deque and no LIFO slot (`runtime/scheduler/current_thread`), its timers turn by the
/// millisecond (`runtime/time`), and its pool for blocking calls starts a thread where none is idle (`runtime/blocking/pool.rs`).
const TOKIO: Kind = Kind {
    executors: Executors::One {
        threads: Threads::One,
    },
    starts_next_at_once: false,
    calls: Calls::Ready,
    timers: Timers::Milliseconds,
    ..BLOCKING
};

/// smol's executor, which pushes to the end of its queue (`async-executor`), with the timers of `async-io`, which are those of a
/// `timerfd`.
const SMOL: Kind = Kind {
    calls: Calls::Slow,
    timers: Timers::Exact,
    ..TOKIO
};

/// CPython's threads under their lock: one of them runs at a time, so that they are lanes of one executor that looks at no socket.
const PYTHON: Kind = Kind {
    executors: Executors::One {
        threads: Threads::One,
    },
    looks: Looks::Never,
    language: Language::PythonInTurns,
    ..BLOCKING
};

impl Kind {
    /// How a variant runs tasks; `None` for one whose rules are not written yet.
    pub(crate) fn of(variant: &str) -> Option<Kind> {
        let workers = Executors::One {
            threads: Threads::Workers,
        };
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
            "async-tokio/current-thread" => TOKIO,
            // What a task spawns goes to the worker's LIFO slot: `runtime/scheduler/multi_thread/worker.rs`.
            "async-tokio/multi-thread" => Kind {
                executors: workers,
                starts_next_at_once: true,
                ..TOKIO
            },
            // `crates/async-tokio/src/moved.rs`: what blocks, blocks the worker.
            "async-tokio/multi-thread+inline" => Kind {
                executors: workers,
                starts_next_at_once: true,
                calls: Calls::Here,
                ..TOKIO
            },
            // `crates/runner/src/dealt.rs`: lanes are dealt out, and stay.
            "async-tokio/per-core" => Kind {
                executors: Executors::Processes,
                ..TOKIO
            },
            // Its runtime looks at the ring after 61 polls, as tokio at its sockets, and keeps timers in a tree.
            "async-compio/per-core" => Kind {
                executors: Executors::Processes,
                timers: Timers::Exact,
                ..TOKIO
            },
            "async-smol/single" => SMOL,
            // async-std's executor and reactor are smol's: `async-global-executor`.
            "async-smol/multi" | "async-std-legacy/multi" => Kind {
                executors: workers,
                ..SMOL
            },
            // A socket belongs to one worker (`add_fd` of may's selector), which looks at its sockets when its queue is empty (`select`),
            // and starts coroutines at the end of that queue (`schedule_with_id`).
            "coroutines/may" => Kind {
                executors: Executors::Processes,
                looks: Looks::WhenIdle,
                ..SMOL
            },
            // `crates/multiproc/src/feeding.rs`: processes that block are given tasks in batches.
            "multiproc/pool" => Kind {
                lanes: Lanes::Workers,
                reports: Reports::Batches,
                ..BLOCKING
            },
            // The same with a process a lane: `WIDEST` of `crates/multiproc/src/lib.rs`.
            "multiproc/wide" => Kind {
                lanes: Lanes::AtMost(64),
                reports: Reports::Batches,
                ..BLOCKING
            },
            "multiproc/event-loop" => Kind {
                executors: Executors::Processes,
                starts_next_at_once: true,
                reports: Reports::EachTask,
                ..SMOL
            },
            "python/pool" => PYTHON,
            "python/threading" => Kind {
                makes_threads: true,
                ..PYTHON
            },
            // `loop.create_task` puts a task at the end of the ready ones (`call_soon`), and a timer is to the nanosecond until `select`
            // rounds up what is left of it to a millisecond.
            "python/asyncio" => Kind {
                starts_next_at_once: false,
                looks: Looks::Often,
                language: Language::Python,
                ..PYTHON
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
            Lanes::AtMost(most) => in_flight.min(most),
        }
    }

    /// Whether what comes from outside waits until an executor looks at its sockets.
    pub(crate) fn is_batched(self) -> bool {
        self.executors != Executors::Lanes && self.looks != Looks::Never
    }

    /// Whether blocking calls go to threads of their own.
    pub(crate) fn hands_over(self) -> bool {
        self.calls != Calls::Here
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
        assert!(MEASURED.iter().all(|name| VARIANTS.contains(name)));
        assert_eq!(Kind::of("python/multiprocessing"), None);
    }
}
