//! Cores, threads, and which runs where.

use super::queue::{Class, Item};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Asleep,
    Waiting,
    Running,
}

/// A thread.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) state: State,
    pub(super) class: Class,
    pub(super) queue: usize,
    /// Virtual run time: the CPU time that it has had, by which threads share cores. At a wake-up it is moved near that of the
    /// others, so that a long sleep is no credit.
    pub(super) run: f64,
    /// CPU time that it still has to spend before it looks for more work.
    pub(super) left: f64,
    /// What its wake-up costs, which is added to `left` as it begins to run.
    pub(super) extra: f64,
    pub(super) item: Option<Item>,
    /// All CPU time that it has had.
    cpu: f64,
}

impl Thread {
    pub(super) fn give(&mut self, item: Item) {
        self.left += item.cost;
        self.item = Some(item);
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Core {
    /// The thread that runs on it; `None` where it is idle.
    pub(super) thread: Option<usize>,
    /// Grows with every slice that begins, so that the end of one that was cut short is known as such.
    pub(super) generation: u64,
    pub(super) idle_since: f64,
    /// When the present slice began, and how long it is.
    pub(super) started: f64,
    pub(super) slice: f64,
}

/// The cores, the threads, and the threads that wait for a core.
#[derive(Debug)]
pub(super) struct Cores {
    pub(super) cores: Vec<Core>,
    /// How many of them the model's threads may run on: the first ones. The origin may run on all.
    own: usize,
    pub(super) threads: Vec<Thread>,
    pub(super) waiting: Vec<usize>,
    /// The greatest virtual run time of a thread that waited and was given a core: a woken thread begins no further behind.
    pub(super) least_run: f64,
    /// CPU time that the thread which does what happens now owes for waking others.
    pub(super) waking: f64,
    /// The core whose thread does what happens now; `None` where no thread does, as when a task arrives.
    pub(super) busy: Option<usize>,
}

impl Cores {
    pub(super) fn new(own: usize, elsewhere: usize) -> Cores {
        Cores {
            cores: vec![Core::default(); own + elsewhere],
            own,
            threads: Vec::new(),
            waiting: Vec::new(),
            least_run: 0.0,
            waking: 0.0,
            busy: None,
        }
    }

    /// Adds a sleeping thread that takes from this queue, and gives its number.
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

    /// Counts the time that a thread ran.
    pub(super) fn account(&mut self, thread: usize, time: f64) {
        let ran = &mut self.threads[thread];
        ran.cpu += time;
        ran.run += time;
        ran.left -= time;
    }

    pub(super) fn wait(&mut self, thread: usize) {
        self.threads[thread].state = State::Waiting;
        self.waiting.push(thread);
    }

    /// Whether a thread may run on a core.
    pub(super) fn allows(&self, core: usize, thread: usize) -> bool {
        core < self.own || self.threads[thread].class == Class::Origin
    }

    /// The place of the waiting thread that is furthest behind, of those that may run on a core.
    pub(super) fn furthest_behind(&self, core: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (at, thread) in self.waiting.iter().enumerate() {
            if !self.allows(core, *thread) {
                continue;
            }
            let is_behind = best.is_none_or(|best| {
                self.threads[*thread].run < self.threads[self.waiting[best]].run
            });
            if is_behind {
                best = Some(at);
            }
        }
        best
    }

    /// The idle core that became idle last, of those that a thread may run on: the origin keeps away from cores that the model's
    /// threads are pinned to, where there are others.
    pub(super) fn idle_core(&self, thread: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (at, core) in self.cores.iter().enumerate() {
            let is_later = best.is_none_or(|best| {
                (at >= self.own, core.idle_since) > (best >= self.own, self.cores[best].idle_since)
            });
            if core.thread.is_none() && is_later && self.allows(at, thread) {
                best = Some(at);
            }
        }
        best
    }
}
