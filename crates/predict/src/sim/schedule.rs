//! Which thread runs where: what the kernel's scheduler does as threads wake, sleep and use their slices up.

use super::cores::State;
use super::plan::{CHILLING, COLDEST, DEEPENING, TICK};
use super::queue::Class;
use super::state::Sim;

/// A woken thread goes to the core of its waker where that has less load than this part of what its own has: half of
/// `imbalance_pct`, 117, above 100 (`wake_affine_weight`).
const AFFINE: f64 = 1.08;
/// Cores that are all busy are balanced after so many ticks (`busy_factor` 16 times 2 ms for two cores).
const BUSY_TICKS: u64 = 8;

/// The ticks until this time.
fn ticks(now: f64) -> u64 {
    (now / TICK) as u64
}

impl Sim<'_> {
    /// A thread begins to run on its core, after so many seconds: a slice of what it has left, and of a tick at most.
    fn run(&mut self, thread: usize, after: f64) {
        let on = &mut self.cores.threads[thread];
        on.state = State::Running;
        on.left += on.extra;
        on.extra = 0.0;
        let from = self.now + after + on.stall;
        on.stall = 0.0;
        let slice = on.left.min(TICK);
        let core = on.core;
        let place = &mut self.cores.cores[core];
        if place.thread != Some(thread) {
            place.picked = from;
        }
        place.thread = Some(thread);
        place.started = from;
        place.slice = slice;
        self.events.begin_slice(core, from + slice);
    }

    /// The thread on a core goes on, unless a waiting one has had less CPU time by more than the tolerance, or at a tick by anything. With a
    /// tolerance of 0 it gives way to any that waits, as where it has computed for a whole tick.
    pub(super) fn go_on_or_yield(&mut self, core: usize, thread: usize, tolerance: f64) {
        let is_at_tick = self.is_at_tick(core);
        self.balance(core);
        let behind = self.cores.cores[core].waiting.next();
        let gap =
            behind.map(|other| self.cores.threads[thread].run - self.cores.threads[other].run);
        let most = if is_at_tick { 0.0 } else { tolerance };
        let yields = gap.is_some_and(|gap| tolerance == 0.0 || gap > most);
        if yields {
            self.stop(thread);
            self.cores.wait(thread);
            self.dispatch(core);
        } else {
            self.run(thread, 0.0);
        }
    }

    /// Whether a tick has come on a core since it last looked, and its thread has had its protected time (`update_curr` of the kernel). A thread
    /// that does many short things is looked at by it as well as one that computes.
    fn is_at_tick(&self, core: usize) -> bool {
        let place = &self.cores.cores[core];
        ticks(self.now) > place.ticks && self.now - place.picked >= self.costs.protected
    }

    pub(super) fn sleep(&mut self, core: usize, thread: usize) {
        self.stop(thread);
        self.cores.threads[thread].state = State::Asleep;
        self.cores.set_ready(thread, false, self.now);
        self.queues[self.cores.threads[thread].queue].slept = self.now;
        self.balance(core);
        self.dispatch(core);
    }

    fn stop(&mut self, thread: usize) {
        self.cores.threads[thread].ran_until = self.now;
    }

    /// Gives a core to the thread waiting for it that has had the least CPU time; where none waits, to one that waits for another
    /// core (`sched_balance_newidle`); and otherwise it is idle.
    fn dispatch(&mut self, core: usize) {
        if let Some(thread) = self.cores.cores[core].waiting.pop() {
            let run = self.cores.threads[thread].run;
            let place = &mut self.cores.cores[core];
            place.least_run = place.least_run.max(run);
            self.run(thread, 0.0);
            return;
        }
        if let Some(from) = self.cores.to_steal(core, self.now) {
            self.pull(core, from);
            return;
        }
        let place = &mut self.cores.cores[core];
        place.thread = None;
        place.idle_since = self.now;
    }

    /// An idle core takes a thread that waits for another.
    fn pull(&mut self, core: usize, from: usize) {
        if let Some(thread) = self.cores.cores[from].waiting.pop() {
            self.cores.move_to(thread, core, self.now);
            self.run(thread, 0.0);
        }
    }

    /// An idle core takes a thread that waits for this one at a tick, whenever it ran (`nohz_balancer_kick`); and now and then a busy one
    /// that has less to do takes one as well.
    fn balance(&mut self, core: usize) {
        let now = ticks(self.now);
        let before = std::mem::replace(&mut self.cores.cores[core].ticks, now);
        let waits = self.cores.cores[core].waiting.next();
        let Some(next) = waits.filter(|_| now > before) else {
            return;
        };
        if let Some(idle) = self.cores.idle_core(next).filter(|idle| *idle != core) {
            self.pull(idle, core);
        } else if now / BUSY_TICKS > before / BUSY_TICKS {
            let least = self.cores.lightest(next);
            let lighter =
                least.filter(|at| self.cores.occupancy(*at) + 1 < self.cores.occupancy(core));
            let moved = lighter.and_then(|_| self.cores.cores[core].waiting.pop());
            if let (Some(other), Some(thread)) = (lighter, moved) {
                self.cores.move_to(thread, other, self.now);
                self.cores.wait(thread);
            }
        }
    }

    /// Wakes a sleeping thread: on an idle core, in the place of one that has run for long, or to wait.
    pub(super) fn wake(&mut self, thread: usize) {
        let core = self.place(thread);
        self.cores.move_to(thread, core, self.now);
        self.cores.set_ready(thread, true, self.now);
        let class = self.cores.threads[thread].class;
        let wake = self.costs.wakes[class as usize];
        self.cores.waking += self.costs.waking;
        let least = self.cores.cores[core].least_run;
        let woken = &mut self.cores.threads[thread];
        woken.extra += wake.always;
        woken.run = woken.run.max(least).min(least + self.costs.ahead);
        self.take(thread);
        if self.cores.is_idle(core) {
            let idle = self.now - self.cores.cores[core].idle_since;
            let depth = 1.0 - (-idle / DEEPENING).exp();
            self.cores.waking += self.costs.interrupt;
            self.cores.threads[thread].extra += (idle / CHILLING).sqrt().min(COLDEST) * wake.slept;
            self.run(
                thread,
                self.costs.reaction + depth * self.costs.deep_reaction,
            );
            return;
        }
        self.cores.threads[thread].extra += wake.queued;
        match self.displaced(core, thread) {
            Some((other, elapsed)) => {
                self.cores.account(other, elapsed);
                self.stop(other);
                self.cores.wait(other);
                self.run(thread, 0.0);
            }
            None => self.cores.wait(thread),
        }
    }

    /// The core that a woken thread is put on: its last one if that is idle, any other idle one (`select_idle_sibling`), or that of its
    /// waker where that has less load (`wake_affine`). Who writes into a socket is about to sleep, as far as the kernel
    /// knows, and is not counted (`WF_SYNC`).
    fn place(&self, thread: usize) -> usize {
        if let Some(idle) = self.cores.idle_core(thread) {
            return idle;
        }
        let last = self.cores.threads[thread].core;
        let waker = self.cores.busy.filter(|waker| *waker != last);
        let Some(waker) = waker.filter(|waker| self.cores.allows(*waker, thread)) else {
            return last;
        };
        let is_sync = self.is_about_to_sleep(waker, thread);
        if is_sync && self.cores.occupancy(waker) == 1 {
            return waker;
        }
        let woken = self.cores.threads[thread].load.now(self.now);
        let here = &self.cores.cores[waker];
        let leaving = here.thread.filter(|_| is_sync);
        let leaves = leaving.map_or(0.0, |other| self.cores.threads[other].load.now(self.now));
        let there = self.cores.cores[last].load.now(self.now) - woken;
        let is_lighter = here.load.now(self.now) - leaves + woken < AFFINE * there;
        if is_lighter { waker } else { last }
    }

    /// Whether the thread on a core wakes another by a socket or a pipe.
    fn is_about_to_sleep(&self, core: usize, woken: usize) -> bool {
        let wakes = self.cores.cores[core].thread;
        let by = wakes.map(|thread| self.cores.threads[thread].class);
        let of = self.cores.threads[woken].class;
        by.is_some_and(Class::serves) || of.serves() || of == Class::Parent
    }

    /// The thread on a core that a woken one displaces, and how long that one ran.
    fn displaced(&self, core: usize, woken: usize) -> Option<(usize, f64)> {
        let place = &self.cores.cores[core];
        let running = place.thread?;
        let elapsed = self.now - place.started;
        let other = &self.cores.threads[running];
        let is_ahead = self.cores.threads[woken].run < other.run + elapsed;
        let is_past = self.now - place.picked >= self.costs.protected;
        let may = is_past && elapsed >= 0.0 && elapsed < place.slice && is_ahead;
        (may && self.cores.busy != Some(core)).then_some((running, elapsed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Plan;
    use crate::sim::tests::{free, plan};

    /// The core of the third of three threads, whose last one was core 0, as the second wakes it on core 1: each of the others has run on its core
    /// since this time, and it is 0.1 s.
    fn core_of_woken(first: f64, waker: f64) -> usize {
        let costs = free();
        let plan = Plan {
            lanes: 3,
            ..plan("threads/pool", &[])
        };
        let mut sim = Sim::new(&plan, &costs);
        for (thread, since) in [(0, first), (1, waker)] {
            sim.cores.set_ready(thread, true, since);
            sim.cores.cores[thread].thread = Some(thread);
        }
        sim.now = 0.1;
        sim.cores.busy = Some(1);
        sim.place(2)
    }

    fn two_on_one_core() -> Plan<'static> {
        Plan {
            cores: 1,
            lanes: 2,
            ..plan("threads/pool", &[])
        }
    }

    /// Whether a thread that is ahead of a waiting one goes on at this time, where it has run since that one, with 0.1 ms protected.
    fn goes_on(picked: f64, now: f64) -> bool {
        let (plan, costs) = (two_on_one_core(), free());
        let mut sim = Sim::new(&plan, &costs);
        sim.cores.cores[0].thread = Some(0);
        sim.cores.cores[0].picked = picked;
        sim.cores.threads[0].run = 1e-3;
        sim.cores.wait(1);
        sim.now = now;
        sim.go_on_or_yield(0, 0, TICK);
        sim.cores.cores[0].thread == Some(0)
    }

    #[test]
    fn a_thread_that_is_ahead_goes_on_until_a_tick_and_until_it_had_its_protected_time() {
        assert!(goes_on(0.0, 3.9e-3));
        assert!(!goes_on(0.0, 4.1e-3));
        assert!(goes_on(4.05e-3, 4.1e-3));
    }

    #[test]
    fn a_woken_thread_displaces_one_that_had_its_protected_time_in_many_short_slices() {
        let (plan, costs) = (two_on_one_core(), free());
        let mut sim = Sim::new(&plan, &costs);
        sim.cores.threads[0].run = 1e-3;
        let place = &mut sim.cores.cores[0];
        place.thread = Some(0);
        place.started = 0.95e-3;
        place.slice = 0.2e-3;
        sim.now = 1e-3;
        let (displaced, elapsed) = sim.displaced(0, 1).unwrap();
        assert!(displaced == 0 && (elapsed - 0.05e-3).abs() < 1e-12);
        sim.cores.cores[0].picked = 0.95e-3;
        assert_eq!(sim.displaced(0, 1), None);
    }

    #[test]
    fn a_woken_thread_is_put_where_less_was_ready_lately_however_many_wait_now() {
        assert_eq!(core_of_woken(0.0, 0.09), 1);
        assert_eq!(core_of_woken(0.09, 0.0), 0);
    }
}
