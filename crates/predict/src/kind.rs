//! How a variant runs its tasks: what of it a simulation must know.

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
    pub(crate) remote: Remote,
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
    /// The thread that runs the task makes them.
    Here,
    /// Threads for such calls make them, of which a busy pool starts another at once.
    Ready,
    /// The same, but the pool starts another thread for every five calls that wait: `grow_pool` of the crate `blocking`.
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
    /// It ends as its time is over, to the nanosecond.
    Exact,
    /// It ends at a millisecond of the runtime's own count.
    Milliseconds,
}

/// When an executor looks at its sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// It looks after so many turns, and where its queue is empty.
    Often,
    /// It looks only where its queue is empty.
    WhenIdle,
    /// It never looks: a thread waits for each socket.
    Never,
}

/// When an executor comes to a task that a thread for blocking calls has woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remote {
    /// As to what its sockets bring.
    WithSockets,
    /// One of them before its own after so many turns, and all where it has none of its own.
    AfterTurns(u32),
    /// The same after so many microseconds, and two turns at least.
    AfterMicroseconds(u32),
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

impl Kind {
    /// The lanes of a run with this many in flight.
    pub(crate) fn lanes_of(self, in_flight: u64, workers: u64) -> u64 {
        match self.lanes {
            Lanes::One => 1,
            Lanes::Workers => in_flight.min(workers),
            Lanes::InFlight => in_flight,
            Lanes::AtMost(most) => in_flight.min(most),
        }
    }

    /// Whether what comes from outside waits until an executor looks at its sockets.
    pub(crate) fn is_batched(self) -> bool {
        self.executors != Executors::Lanes && self.looks != Looks::Never
    }

    /// Whether a thread is made while others of the same process run: Python's lock lets one run at a time.
    pub(crate) fn makes_threads_beside_others(self) -> bool {
        self.makes_threads && self.executors == Executors::Lanes
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
