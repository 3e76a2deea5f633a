//! Cores, threads, and which runs where.

use super::events::Happening;
use super::queue::{Class, Item};
use super::{DEEPENING, Sim, TICK};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Asleep,
    Waiting,
    Running,
}

/// A thread.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    state: State,
    class: Class,
    pub(super) queue: usize,
    /// Virtual run time.
    run: f64,
    /// Work that is left before it looks for more.
    pub(super) left: f64,
    /// What waking added, from when it runs.
    extra: f64,
    pub(super) item: Option<Item>,
    cpu: f64,
}

impl Thread {
    pub(super) fn give(&mut self, item: Item) {
        self.left += item.cost;
        self.item = Some(item);
    }
}

#[derive(Clone, Debug, Default)]
struct Core {
    thread: Option<usize>,
    generation: u64,
    idle_since: f64,
    started: f64,
    slice: f64,
}

/// The cores, the threads, and the threads that wait for a core.
#[derive(Debug)]
pub(super) struct Cores {
    cores: Vec<Core>,
    pub(super) threads: Vec<Thread>,
    waiting: Vec<usize>,
    /// The virtual run time that no waiting thread is behind.
    least_run: f64,
    /// What the thread that runs now owes for waking others.
    pub(super) waking: f64,
    /// The core whose thread does what happens now.
    pub(super) busy: Option<usize>,
}

impl Cores {
    pub(super) fn new(cores: usize) -> Cores {
        Cores {
            cores: vec![Core::default(); cores],
            threads: Vec::new(),
            waiting: Vec::new(),
            least_run: 0.0,
            waking: 0.0,
            busy: None,
        }
    }

    /// A sleeping thread that takes from a queue.
    pub(super) fn add(&mut self, class: Class, queue: usize) -> usize {
        self.threads.push(Thread {
            state: State::Asleep,
            class,
            queue,
            run: 0.0,
            left: 0.0,
            extra: 0.0,
            item: None,
            cpu: 0.0,
        });
        self.threads.len() - 1
    }

    pub(super) fn generation(&self, core: usize) -> u64 {
        self.cores[core].generation
    }

    /// The first sleeping thread of these.
    pub(super) fn sleeper(&self, threads: &[usize]) -> Option<usize> {
        let mut all = threads.iter().copied();
        all.find(|thread| self.threads[*thread].state == State::Asleep)
    }

    /// The queue of the thread that does what happens now.
    pub(super) fn busy_queue(&self) -> Option<usize> {
        let thread = self.cores[self.busy?].thread?;
        Some(self.threads[thread].queue)
    }

    /// The CPU time of all threads of some classes.
    pub(super) fn cpu(&self, wanted: fn(Class) -> bool) -> f64 {
        let threads = self.threads.iter();
        threads
            .filter(|thread| wanted(thread.class))
            .map(|thread| thread.cpu)
            .sum()
    }

    /// Counts the slice that has ended on a core, and says whose it was.
    pub(super) fn account_slice(&mut self, core: usize) -> Option<usize> {
        let thread = self.cores[core].thread?;
        let slice = self.cores[core].slice;
        self.account(thread, slice);
        Some(thread)
    }

    fn account(&mut self, thread: usize, time: f64) {
        let thread = &mut self.threads[thread];
        thread.cpu += time;
        thread.run += time;
        thread.left -= time;
    }

    fn wait(&mut self, thread: usize) {
        self.threads[thread].state = State::Waiting;
        self.waiting.push(thread);
    }

    /// The place of the waiting thread that is furthest behind.
    fn furthest_behind(&self) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (at, thread) in self.waiting.iter().enumerate() {
            let is_behind = best.is_none_or(|best| {
                self.threads[*thread].run < self.threads[self.waiting[best]].run
            });
            if is_behind {
                best = Some(at);
            }
        }
        best
    }

    /// The idle core that has slept least.
    fn idle_core(&self) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (at, core) in self.cores.iter().enumerate() {
            let is_later = best.is_none_or(|best| core.idle_since > self.cores[best].idle_since);
            if core.thread.is_none() && is_later {
                best = Some(at);
            }
        }
        best
    }
}

impl Sim<'_> {
    /// A thread begins to run on a core, after this time.
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

    /// The thread on a core goes on, unless one that waits is further behind than this.
    pub(super) fn go_on_or_yield(&mut self, core: usize, thread: usize, tolerance: f64) {
        let behind = self.cores.furthest_behind();
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

    /// Gives a core to the thread that is furthest behind; it is idle where none waits.
    fn dispatch(&mut self, core: usize) {
        let Some(at) = self.cores.furthest_behind() else {
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
        if let Some(core) = self.cores.idle_core() {
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
            (may && self.cores.busy != Some(at)).then_some((at, elapsed))
        })
    }
}
