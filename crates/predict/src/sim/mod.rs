//! One run, event by event. Times are in seconds.
//!
//! The rules, each with the fact behind it:
//!
//! 1. Every core has a run queue, ordered by virtual run time: the CPU time that a thread has had. A thread runs for a tick of
//!    4 ms at most while others wait (`CONFIG_HZ=250`; EEVDF of Linux 6.6 picks by virtual deadline, CFS before it by virtual run
//!    time). A thread that wakes displaces one that is ahead of it and has run for the protected time (`sched_min_granularity`),
//!    in however many slices; and at a tick one that waits and is behind has its turn.
//!    Where it waits is decided as in `kernel/sched/fair.c` by averages of how many threads were ready (`load.rs`), and which waiting
//!    thread an idle core takes by how many wait: the functions are named in `schedule.rs`.
//! 2. A blocking model has a thread a lane (`crates/threads/src/pool.rs`), an executor one queue and one thread, or one a core, worker
//!    processes a queue each (`crates/multiproc/src/event_loop`): [`Kind`].
//! 3. Executors read their sockets in batches: [`queue::Queue::looks`]. What a thread for blocking calls wakes, tokio keeps in a queue of its own,
//!    from which it takes one before its other tasks after 31 turns, or under `multi-thread` after some 200 µs and two turns: [`queue::Queue::look_at_woken`]
//!    (`next_task` and `TARGET_GLOBAL_QUEUE_INTERVAL` of `runtime/scheduler`).
//! 4. A lane whose task ends begins its next one at once in a loop of its own or by tokio's LIFO slot; in
//!    others it goes to the end of the queue. With sockets that are read in batches, the second makes all lanes send together
//!    and wait together.
//! 5. The origin is one thread that competes for the cores (`crates/services/src/origin/event_loop.rs`). It answers what is due
//!    before it reads new requests, so that the latency of a burst begins after the burst; and it accepts new connections together
//!    (`accept_some`), before the first request on one of them can be read.
//! 6. A wake-up costs its thread more where it must queue, and on a core that slept: CPU as the root of the idle time (as was
//!    measured: [`plan::CHILLING`]), and time until it runs that grows towards a limit (idle states of `cpuidle`; of a guest, the exit to the hypervisor at
//!    `HLT`). Who wakes another pays as well (`try_to_wake_up`, and the interrupt to an idle core).
//! 7. A thread is woken with an item of its queue in hand, which no other thread takes from it before it runs. A blocking call
//!    of an executor's task goes to a thread for such calls, and the hand-over costs something both ways. On the only core that thread displaces
//!    the one that wakes it (`wakeup_preempt`), so that the call is done before its task looks, which goes on at once; `cargo xtask trace` shows
//!    it.
//! 8. Making a thread costs more, and stops its maker for a while, where another core runs the same process: both change its one
//!    address space (`mmap_lock`), and each core must forget what it knew of it.
//! 9. A timer ends after its time, at the next multiple of its grain (tokio's wheel turns by the millisecond, rounding up:
//!    `runtime/time/source.rs`). An executor that sleeps until then does so for whole grains, from wherever in one it began
//!    (`park_internal` of `runtime/time/mod.rs`), so that a wait lasts a grain longer on average. A slack comes on top, which is fitted. In the first round all lanes meet in it
//!    (`crates/workloads/src/latch.rs`).
//! 10. Where the model is pinned to some of the cores, its threads wait for and run on these alone. Services may run on all, and
//!     keep away from those of the model.
//! 11. PostgreSQL has a process for each connection (`BackendStartup` of `src/backend/postmaster/postmaster.c`), which sleeps until its client
//!     asks, computes, and answers: one more thread a lane that competes for the cores.

mod cores;
mod events;
mod lanes;
mod load;
mod plan;
mod queue;
mod schedule;
mod state;
mod tasks;
mod timers;
mod waiting;

use events::Happening;
use plan::TICK;
pub(crate) use plan::{BLOCKING_THREADS, COLDEST, Costs, Outcome, Plan, Wake};
use queue::Class;
use state::Sim;

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
        cpu: sim.cores.cpu(|class| !class.serves()),
        service_cpu: sim.cores.cpu(|class| class == Class::Origin),
        backend_cpu: sim.cores.cpu(|class| class == Class::Backend),
        spared: sim.spared,
        latency: sim.lanes.latency,
        events: sim.events.made(),
    }
}

impl Sim<'_> {
    /// Does what is due at this time.
    fn happen(&mut self, at: f64, what: Happening) {
        self.now = at;
        self.cores.waking = 0.0;
        match what {
            Happening::Slice { core } => self.slice_ends(core),
            Happening::Due { lane } => self.due(lane),
            Happening::Alarm { queue } => self.alarm(queue),
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

#[cfg(test)]
#[path = "executors_test.rs"]
mod executor_tests;
