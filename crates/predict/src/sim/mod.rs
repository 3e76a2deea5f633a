//! One run, event by event. Times are in seconds.
//!
//! The rules, each with the fact behind it:
//!
//! 1. P cores share a run queue by virtual run time, and a thread runs for a tick of 4 ms at most while others
//!    wait (`CONFIG_HZ=250`; EEVDF of Linux 6.6 picks by virtual deadline, CFS before it by virtual run time). A thread that
//!    wakes displaces one that is ahead of it and has run for the protected time (`sched_min_granularity`).
//! 2. A blocking model has a thread a lane (`crates/threads/src/pool.rs`), an executor one queue and one or P threads, worker
//!    processes a queue each (`crates/multiproc/src/event_loop`): [`Kind`].
//! 3. Executors read their sockets in batches: [`queue::Queue::looks`].
//! 4. A lane whose task ends begins its next one at once in a loop of its own or by tokio's LIFO slot; in
//!    others it goes to the end of the queue. Behind batches the second makes all lanes march in step.
//! 5. The origin is one thread that competes for the cores (`crates/services/src/origin/event_loop.rs`). It answers what is due
//!    before it reads new requests, so that the latency of a burst begins after the burst.
//! 6. A wake-up costs its thread more where it must queue, and on a core that had time to sleep deeply: the cost grows with
//!    the idle time towards a limit (idle states of `cpuidle`; of a guest, the exit to the hypervisor at `HLT`).
//!    Who wakes another pays as well (`try_to_wake_up`, and the interrupt to an idle core).
//! 7. What a thread does next is fixed when it is woken, and a blocking call of an executor's task goes to a thread
//!    of its own with a hand-over both ways.

mod cores;
mod events;
mod lanes;
mod queue;

use verdict::rng::Generator;

use crate::kind::{Executors, Kind};
use crate::program::Segment;
use cores::Cores;
use events::{Events, Happening};
use queue::{Class, Queue};

/// The longest that a thread runs while others wait.
pub(crate) const TICK: f64 = 0.004;
/// How fast the cost of waking a core grows with the time that it was idle.
const DEEPENING: f64 = 0.001;
/// Most threads that make blocking calls: tokio's `max_blocking_threads` is 512 unless set.
const BLOCKING_THREADS: usize = 512;

/// What is simulated.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) cores: usize,
    pub(crate) kind: Kind,
    pub(crate) lanes: usize,
    pub(crate) tasks: u64,
    /// The time at which so many tasks were done is told: with the end it gives the pace of a longer run.
    pub(crate) mark: u64,
    pub(crate) open: Option<Open>,
    pub(crate) segments: &'a [Segment],
}

/// Arrivals of an open loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) rate: f64,
    pub(crate) is_random: bool,
}

/// What a wake-up costs the thread that wakes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wake {
    pub(crate) always: f64,
    /// More where all cores are taken.
    pub(crate) queued: f64,
    /// More on a core that slept, in the limit of a long sleep.
    pub(crate) slept: f64,
}

/// What everything beside the segments costs.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
    /// By [`Class`].
    pub(crate) wakes: [Wake; 4],
    /// Until a woken thread runs, on any idle core, and more on one that slept.
    pub(crate) reaction: f64,
    pub(crate) deep_reaction: f64,
    /// What waking costs the one who wakes, and more for an idle core.
    pub(crate) waking: f64,
    pub(crate) interrupt: f64,
    /// How long a thread runs at least before one that wakes displaces it.
    pub(crate) protected: f64,
    /// How far ahead of the others a thread may be when it wakes.
    pub(crate) ahead: f64,
    /// One look at the sockets.
    pub(crate) look: f64,
    /// A result at the parent.
    pub(crate) parent: f64,
    /// Turns between two looks at the sockets.
    pub(crate) interval: u32,
}

/// What a simulated run came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) elapsed: f64,
    /// When the task of the mark was done.
    pub(crate) marked: f64,
    pub(crate) cpu: f64,
    pub(crate) service_cpu: f64,
    /// The sum over tasks.
    pub(crate) latency: f64,
    pub(crate) events: u64,
}

/// A run under way.
struct Sim<'a> {
    plan: &'a Plan<'a>,
    costs: &'a Costs,
    now: f64,
    events: Events,
    queues: Vec<Queue>,
    cores: Cores,
    /// The queues after those of the model.
    origin: usize,
    lanes: lanes::Lanes,
    random: Generator,
}

/// Simulates one run.
pub(crate) fn simulate(plan: &Plan<'_>, costs: &Costs) -> Outcome {
    let mut sim = Sim::new(plan, costs);
    sim.begin_run();
    while sim.lanes.done < plan.tasks
        && let Some((at, what)) = sim.events.next()
    {
        sim.happen(at, what);
    }
    Outcome {
        elapsed: sim.lanes.last_done,
        marked: sim.lanes.marked,
        cpu: sim.cores.cpu(|class| class != Class::Origin),
        service_cpu: sim.cores.cpu(|class| class == Class::Origin),
        latency: sim.lanes.latency,
        events: sim.events.made(),
    }
}

impl<'a> Sim<'a> {
    fn new(plan: &'a Plan<'a>, costs: &'a Costs) -> Sim<'a> {
        let own = match plan.kind.executors {
            Executors::Lanes => plan.lanes,
            Executors::One { .. } => 1,
            Executors::Processes => plan.cores.min(plan.lanes),
        };
        let mut queues: Vec<Queue> = Vec::new();
        let mut cores = Cores::new(plan.cores);
        for at in 0..own {
            let threads = match plan.kind.executors {
                Executors::One { threads } => threads.of(plan.cores),
                _ => 1,
            };
            let mut queue = Queue {
                is_batched: plan.kind.executors != Executors::Lanes,
                ..Queue::default()
            };
            queue.threads = (0..threads).map(|_| cores.add(Class::Model, at)).collect();
            queues.push(queue);
        }
        let blocks = plan.segments.iter().any(Segment::blocks);
        let callers = if blocks {
            plan.lanes.min(BLOCKING_THREADS)
        } else {
            0
        };
        // Of the origin, of blocking calls, of the parent; and the answers of the origin that are due.
        for (class, threads) in [
            (Class::Origin, 1),
            (Class::Blocking, callers),
            (Class::Parent, 1),
        ] {
            let at = queues.len();
            queues.push(Queue {
                threads: (0..threads).map(|_| cores.add(class, at)).collect(),
                ..Queue::default()
            });
        }
        queues.push(Queue::default());
        Sim {
            plan,
            costs,
            now: 0.0,
            events: Events::default(),
            queues,
            cores,
            origin: own,
            lanes: lanes::Lanes::new(plan.lanes),
            random: Generator::new(12345),
        }
    }

    fn happen(&mut self, at: f64, what: Happening) {
        if let Happening::Slice { core, generation } = what
            && self.cores.generation(core) != generation
        {
            return;
        }
        self.now = at;
        self.cores.waking = 0.0;
        match what {
            Happening::Slice { core, .. } => self.slice_ends(core),
            Happening::Due { lane } => self.due(lane),
            Happening::Arrival => self.arrive(),
        }
    }

    /// The thread on a core has used its slice up: it goes on, does what comes after, or sleeps.
    fn slice_ends(&mut self, core: usize) {
        let Some(thread) = self.cores.account_slice(core) else {
            return;
        };
        if self.cores.threads[thread].left > 1e-12 {
            self.go_on_or_yield(core, thread, 0.0);
            return;
        }
        self.cores.threads[thread].left = 0.0;
        self.cores.busy = Some(core);
        if let Some(item) = self.cores.threads[thread].item.take() {
            self.finish(item);
        }
        self.cores.busy = None;
        self.cores.threads[thread].left += self.cores.waking;
        self.cores.waking = 0.0;
        let next = self.lanes.next.take();
        let has_next = next.is_some();
        if let Some(item) = next {
            self.cores.threads[thread].give(item);
        }
        if has_next || self.take(thread) || self.cores.threads[thread].left > 1e-12 {
            self.go_on_or_yield(core, thread, TICK);
        } else {
            self.sleep(core, thread);
        }
    }
}

#[cfg(test)]
#[path = "sim_test.rs"]
mod tests;
