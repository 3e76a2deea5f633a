//! Cores, threads, and which runs where.

use super::load::Load;
use super::queue::{Class, Item};
use super::waiting::Waiting;

/// A thread that ran so short a time ago is left where its data are: `sysctl_sched_migration_cost` of the kernel.
const HOT: f64 = 5e-4;

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
    /// The core that it runs or ran on, or waits for.
    pub(super) core: usize,
    /// When it last stopped to run.
    pub(super) ran_until: f64,
    /// Virtual run time: the CPU time that it has had, by which threads share cores. At a wake-up it is moved near that of the
    /// others, so that a long sleep is no credit.
    pub(super) run: f64,
    /// CPU time that it still has to spend before it looks for more work.
    pub(super) left: f64,
    /// What its wake-up costs, which is added to `left` as it begins to run.
    pub(super) extra: f64,
    /// How long it is held up before it runs on.
    pub(super) stall: f64,
    pub(super) item: Option<Item>,
    pub(super) load: Load,
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
    /// The threads that wait for it.
    pub(super) waiting: Waiting,
    /// The greatest virtual run time of a thread that waited and was given the core: a woken thread begins no further behind.
    pub(super) least_run: f64,
    /// The ticks that have passed until it last looked.
    pub(super) ticks: u64,
    pub(super) idle_since: f64,
    /// When the thread that runs on it was given it; its present slice may have begun later.
    pub(super) picked: f64,
    /// When the present slice began, and how long it is.
    pub(super) started: f64,
    pub(super) slice: f64,
    /// The loads of all threads that run or wait here, or sleep and ran here last, together.
    pub(super) load: Load,
}

/// The cores and the threads.
#[derive(Debug)]
pub(super) struct Cores {
    pub(super) cores: Vec<Core>,
    /// How many of them the model's threads may run on: the first ones. Services may run on all.
    own: usize,
    pub(super) threads: Vec<Thread>,
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
            core: self.first_core(class),
            ran_until: f64::NEG_INFINITY,
            run: 0.0,
            left: 0.0,
            extra: 0.0,
            stall: 0.0,
            item: None,
            load: Load::default(),
            cpu: 0.0,
        });
        self.threads.len() - 1
    }

    /// Where a thread begins: the model's threads are dealt out to its cores, and services begin on one beside them, where there is one.
    fn first_core(&self, class: Class) -> usize {
        let is_apart = class.serves() && self.cores.len() > self.own;
        if is_apart {
            self.own
        } else {
            self.threads.len() % self.own
        }
    }

    /// The first sleeping thread of these.
    pub(super) fn sleeper(&self, threads: &[usize]) -> Option<usize> {
        let mut all = threads.iter().copied();
        all.find(|thread| self.threads[*thread].state == State::Asleep)
    }

    /// The class of the thread that does what happens now.
    pub(super) fn busy_class(&self) -> Option<Class> {
        let thread = self.cores[self.busy?].thread?;
        Some(self.threads[thread].class)
    }

    /// Whether all of these threads sleep.
    pub(super) fn all_sleep(&self, threads: &[usize]) -> bool {
        let mut all = threads.iter();
        all.all(|thread| self.threads[*thread].state == State::Asleep)
    }

    /// The queue of the thread that does what happens now.
    pub(super) fn busy_queue(&self) -> Option<usize> {
        let thread = self.cores[self.busy?].thread?;
        Some(self.threads[thread].queue)
    }

    /// The thread that does what happens now, where another core runs a thread of the model.
    pub(super) fn crowded_thread(&self) -> Option<usize> {
        let busy = self.busy?;
        let mut others = self.cores.iter().enumerate().filter(|(at, _)| *at != busy);
        let is_crowded = others.any(|(_, core)| {
            let thread = core.thread.map(|thread| self.threads[thread].class);
            thread == Some(Class::Model)
        });
        self.cores[busy].thread.filter(|_| is_crowded)
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
        let on = &mut self.cores[ran.core];
        if on.waiting.is_empty() {
            on.least_run = on.least_run.max(ran.run);
        }
    }

    /// Whether a thread may run on a core.
    pub(super) fn allows(&self, core: usize, thread: usize) -> bool {
        core < self.own || self.threads[thread].class.serves()
    }

    /// A thread waits for its core.
    pub(super) fn wait(&mut self, thread: usize) {
        let waits = &mut self.threads[thread];
        waits.state = State::Waiting;
        self.cores[waits.core].waiting.push(waits.run, thread);
    }

    /// Gives a thread another core: its virtual run time stays as far from that of the others, and its load comes along.
    pub(super) fn move_to(&mut self, thread: usize, core: usize, now: f64) {
        let from = self.threads[thread].core;
        if from != core {
            let load = self.threads[thread].load;
            let mut left = self.cores[from].load;
            self.cores[core].load.take_over(load, &mut left, now);
            self.cores[from].load = left;
        }
        let moved = &mut self.threads[thread];
        moved.run += self.cores[core].least_run - self.cores[moved.core].least_run;
        moved.core = core;
    }

    /// A thread is ready to run from now on, or is no more.
    pub(super) fn set_ready(&mut self, thread: usize, is_ready: bool, now: f64) {
        let core = self.threads[thread].core;
        self.threads[thread].load.count(is_ready, now);
        self.cores[core].load.count(is_ready, now);
    }

    /// The idle core for a thread, of those that it may run on: its last one, or else the one that became idle last. The origin
    /// keeps away from cores that the model's threads are pinned to, where there are others.
    pub(super) fn idle_core(&self, thread: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        for at in 0..self.cores.len() {
            let is_better =
                best.is_none_or(|best| self.preference(at, thread) > self.preference(best, thread));
            if self.is_idle(at) && self.allows(at, thread) && is_better {
                best = Some(at);
            }
        }
        best
    }

    /// What makes an idle core the better one for a thread, in this order.
    fn preference(&self, core: usize, thread: usize) -> (bool, bool, f64) {
        let is_last = self.threads[thread].core == core;
        (core >= self.own, is_last, self.cores[core].idle_since)
    }

    pub(super) fn is_idle(&self, core: usize) -> bool {
        self.cores[core].thread.is_none()
    }

    /// The threads that run on a core or wait for it.
    pub(super) fn occupancy(&self, core: usize) -> usize {
        let place = &self.cores[core];
        place.waiting.len() + usize::from(place.thread.is_some())
    }

    /// The core with the least to do, of those that a thread may run on.
    pub(super) fn lightest(&self, thread: usize) -> Option<usize> {
        let all = 0..self.cores.len();
        all.filter(|core| self.allows(*core, thread))
            .min_by_key(|core| self.occupancy(*core))
    }

    /// The core with the most waiting threads, if the next of them may run on this one, and ran long enough ago to be taken from
    /// there.
    pub(super) fn to_steal(&self, core: usize, now: f64) -> Option<usize> {
        let cores = self.cores.iter().enumerate();
        let (from, place) = cores.max_by_key(|(_, other)| other.waiting.len())?;
        let next = place.waiting.next()?;
        let is_cold = now - self.threads[next].ran_until > HOT;
        (is_cold && self.allows(core, next)).then_some(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A core of the model's with two threads, and two cores for the origin.
    fn pinned() -> (Cores, [usize; 3]) {
        let mut cores = Cores::new(1, 2);
        let classes = [Class::Model, Class::Model, Class::Origin];
        let threads = classes.map(|class| cores.add(class, 0));
        (cores, threads)
    }

    #[test]
    fn threads_of_a_pinned_model_go_to_no_other_core() {
        let (mut cores, [one, other, _]) = pinned();
        assert_eq!(
            [one, other].map(|thread| cores.threads[thread].core),
            [0; 2]
        );
        assert_eq!(cores.idle_core(one), Some(0));
        cores.cores[0].thread = Some(one);
        cores.wait(other);
        assert_eq!(cores.idle_core(other), None);
        assert_eq!(cores.lightest(other), Some(0));
        assert_eq!(cores.to_steal(1, 1.0), None);
        assert_eq!(cores.to_steal(0, 1.0), Some(0));
    }

    #[test]
    fn the_origin_keeps_away_from_the_cores_of_a_pinned_model_where_there_are_others() {
        let (mut cores, [_, _, origin]) = pinned();
        assert_eq!(cores.threads[origin].core, 1);
        cores.move_to(origin, 0, 0.0);
        assert_eq!(cores.idle_core(origin), Some(1));
        cores.move_to(origin, 2, 0.0);
        assert_eq!(cores.idle_core(origin), Some(2), "its last one");
        cores.cores[1].thread = Some(origin);
        cores.cores[2].thread = Some(origin);
        assert_eq!(cores.idle_core(origin), Some(0));
    }
}
