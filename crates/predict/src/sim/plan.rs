//! What is simulated, what it costs, and what it came to.

use crate::kind::Kind;
use crate::segment::Segment;

/// The longest that a thread runs while others wait: a tick of a kernel with `CONFIG_HZ=250`.
pub(crate) const TICK: f64 = 0.004;
/// The idle time after which waking a core costs 1 − 1/e of what it costs after a long sleep.
pub(super) const DEEPENING: f64 = 0.001;
/// The idle time of a core after which a wake-up costs what [`Wake::slept`] says. After others it costs as the root of the time: two lanes that
/// wait took 16 µs of CPU a request after 3 ms, 18 after 5, 24 to 29 after 10, and 65 after 50 (`threads/rayon` in
/// `tests/gate/data/c/calibration.json`). Why was not measured; less would be left in its caches.
pub(super) const CHILLING: f64 = 0.01;
/// The most times of that, as after a tenth of a second.
pub(crate) const COLDEST: f64 = 3.2;
/// Most threads that make blocking calls: tokio's `max_blocking_threads` is 512 unless set.
pub(crate) const BLOCKING_THREADS: usize = 512;

/// What is simulated.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    /// The cores that the model's threads may run on, and those beside them that services alone may run on as well.
    pub(crate) cores: usize,
    pub(crate) elsewhere: usize,
    pub(crate) kind: Kind,
    pub(crate) lanes: usize,
    pub(crate) tasks: u64,
    /// [`Outcome::marked`] is when so many tasks were done: the time between is the pace of a longer run.
    pub(crate) marks: [u64; 2],
    /// The part of the run's tasks that these are: what is spent once at the start counts by it.
    pub(crate) part: f64,
    /// When tasks arrive; `None` where each lane begins its next task as it ends one.
    pub(crate) arrivals: Option<&'a [f64]>,
    pub(crate) segments: &'a [Segment],
}

/// What a wake-up costs the thread that is woken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wake {
    pub(crate) always: f64,
    /// Added where all cores are taken.
    pub(crate) queued: f64,
    /// Added on a core that slept for 10 ms; less after a shorter sleep, and more after a longer one.
    pub(crate) slept: f64,
}

/// What everything beside the segments costs, in seconds.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
    /// What a wake-up costs a thread of each class: the number of a [`super::queue::Class`] is its place.
    pub(crate) wakes: [Wake; 5],
    /// The time until a woken thread runs on an idle core.
    pub(crate) reaction: f64,
    /// Added to it on a core that slept long; less after a shorter sleep.
    pub(crate) deep_reaction: f64,
    /// What a thread pays for waking another.
    pub(crate) waking: f64,
    /// Added to it where the other is to run on an idle core, which must be interrupted.
    pub(crate) interrupt: f64,
    /// How long a thread runs at least before one that wakes displaces it.
    pub(crate) protected: f64,
    /// How much virtual run time a thread may be ahead of the others by when it is woken.
    pub(crate) ahead: f64,
    /// One look at the sockets by an executor.
    pub(crate) look: f64,
    /// What the parent of worker processes spends on a result.
    pub(crate) parent: f64,
    /// What making a thread costs more while another core runs a thread of the model, and how long that holds it up.
    pub(crate) crowded: f64,
    pub(crate) stall: f64,
}

/// What a simulated run came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) elapsed: f64,
    /// When the tasks of [`Plan::marks`] were done.
    pub(crate) marked: [f64; 2],
    pub(crate) cpu: f64,
    /// The origin's.
    pub(crate) service_cpu: f64,
    /// That of processes which answer one connection each.
    pub(crate) backend_cpu: f64,
    /// What waking all lanes at the start would have cost more, had it not counted by [`Plan::part`].
    pub(crate) spared: f64,
    /// The latencies of all tasks, summed.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests tell by it who waited"))]
    pub(crate) latency: f64,
    pub(crate) events: u64,
}
