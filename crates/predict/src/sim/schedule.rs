//! Which thread runs where: what the kernel's scheduler does as threads wake, sleep and use their slices up.

use super::cores::State;
use super::events::Happening;
use super::plan::{DEEPENING, TICK};
use super::state::Sim;

impl Sim<'_> {
    /// A thread begins to run on a core, after so many seconds: a slice of what it has left, and of a tick at most.
    fn run(&mut self, core: usize, thread: usize, after: f64) {
        let on = &mut self.cores.threads[thread];
        on.state = State::Running;
        on.left += on.extra;
        on.extra = 0.0;
        let slice = on.left.min(TICK);
        let place = &mut self.cores.cores[core];
        place.thread = Some(thread);
        place.started = self.now + after;
        place.slice = slice;
        place.generation += 1;
        let what = Happening::Slice {
            core,
            generation: place.generation,
        };
        self.events.add(self.now + after + slice, what);
    }

    /// The thread on a core goes on, unless a waiting one has had less CPU time by more than the tolerance. With a tolerance of 0
    /// it gives way to any that waits, as at the end of a tick.
    pub(super) fn go_on_or_yield(&mut self, core: usize, thread: usize, tolerance: f64) {
        let behind = self.cores.furthest_behind(core);
        let gap = behind.map(|at| {
            let other = self.cores.waiting[at];
            self.cores.threads[thread].run - self.cores.threads[other].run
        });
        let yields = gap.is_some_and(|gap| tolerance == 0.0 || gap > tolerance);
        if yields {
            self.cores.wait(thread);
            self.dispatch(core);
        } else {
            self.run(core, thread, 0.0);
        }
    }

    pub(super) fn sleep(&mut self, core: usize, thread: usize) {
        self.cores.threads[thread].state = State::Asleep;
        self.dispatch(core);
    }

    /// Gives a core to the waiting thread that has had the least CPU time; it is idle where none waits.
    fn dispatch(&mut self, core: usize) {
        let Some(at) = self.cores.furthest_behind(core) else {
            let place = &mut self.cores.cores[core];
            place.thread = None;
            place.idle_since = self.now;
            place.generation += 1;
            return;
        };
        let thread = self.cores.waiting.remove(at);
        self.cores.least_run = self.cores.least_run.max(self.cores.threads[thread].run);
        self.run(core, thread, 0.0);
    }

    /// Wakes a sleeping thread: on an idle core, in the place of one that has run for long, or to wait.
    pub(super) fn wake(&mut self, thread: usize) {
        let class = self.cores.threads[thread].class;
        let wake = self.costs.wakes[class as usize];
        self.cores.waking += self.costs.waking;
        let least = self.cores.least_run;
        let woken = &mut self.cores.threads[thread];
        woken.extra += wake.always;
        woken.run = woken.run.max(least).min(least + self.costs.ahead);
        self.take(thread);
        if let Some(core) = self.cores.idle_core(thread) {
            let idle = self.now - self.cores.cores[core].idle_since;
            let depth = 1.0 - (-idle / DEEPENING).exp();
            self.cores.waking += self.costs.interrupt;
            self.cores.threads[thread].extra += depth * wake.slept;
            self.run(
                core,
                thread,
                self.costs.reaction + depth * self.costs.deep_reaction,
            );
            return;
        }
        self.cores.threads[thread].extra += wake.queued;
        match self.displaced(thread) {
            Some((core, elapsed)) => {
                if let Some(other) = self.cores.cores[core].thread {
                    self.cores.account(other, elapsed);
                    self.cores.wait(other);
                }
                self.run(core, thread, 0.0);
            }
            None => self.cores.wait(thread),
        }
    }

    /// The core whose thread a woken one displaces, and how long that one ran.
    fn displaced(&self, woken: usize) -> Option<(usize, f64)> {
        let mut places = self.cores.cores.iter().enumerate();
        places.find_map(|(at, core)| {
            let other = &self.cores.threads[core.thread?];
            let elapsed = self.now - core.started;
            let is_ahead = self.cores.threads[woken].run < other.run + elapsed;
            let may = elapsed >= self.costs.protected && elapsed < core.slice && is_ahead;
            let is_its = self.cores.allows(at, woken) && self.cores.busy != Some(at);
            (may && is_its).then_some((at, elapsed))
        })
    }
}
