//! What is known of how each variant runs its tasks, from its source.

use crate::kind::{
    Calls, Executors, Kind, Lanes, Language, Looks, Remote, Reports, Threads, Timers,
};

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
    remote: Remote::WithSockets,
    language: Language::Rust,
};

/// One queue for as many threads as workers.
const WORKERS: Executors = Executors::One {
    threads: Threads::Workers,
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
    remote: Remote::AfterTurns(31),
    ..BLOCKING
};

/// smol's executor, which pushes to the end of its queue (`async-executor`), with the timers of `async-io`, which are those of a
/// `timerfd`.
const SMOL: Kind = Kind {
    calls: Calls::Slow,
    timers: Timers::Exact,
    remote: Remote::WithSockets,
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
            // Its runtime looks at the ring after 61 polls, as tokio at its sockets, keeps timers in a tree,
            // and hears of blocking calls by its driver.
            "async-compio/per-core" => Kind {
                executors: Executors::Processes,
                timers: Timers::Exact,
                remote: Remote::WithSockets,
                ..TOKIO
            },
            "async-smol/single" => SMOL,
            // async-std's executor and reactor are smol's: `async-global-executor`.
            "async-smol/multi" | "async-std-legacy/multi" => Kind {
                executors: WORKERS,
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
            other => return Kind::of_tokio(other).or_else(|| Kind::of_python(other)),
        })
    }

    fn of_tokio(variant: &str) -> Option<Kind> {
        let multi_thread = Kind {
            executors: WORKERS,
            starts_next_at_once: true,
            remote: Remote::AfterMicroseconds(200),
            ..TOKIO
        };
        Some(match variant {
            "async-tokio/current-thread" => TOKIO,
            // What a task spawns goes to the worker's LIFO slot: `runtime/scheduler/multi_thread/worker.rs`.
            "async-tokio/multi-thread" => multi_thread,
            // `crates/async-tokio/src/moved.rs`: what blocks, blocks the worker.
            "async-tokio/multi-thread+inline" => Kind {
                calls: Calls::Here,
                ..multi_thread
            },
            // `crates/runner/src/dealt.rs`: lanes are dealt out, and stay.
            "async-tokio/per-core" => Kind {
                executors: Executors::Processes,
                ..TOKIO
            },
            _ => return None,
        })
    }

    fn of_python(variant: &str) -> Option<Kind> {
        Some(match variant {
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
