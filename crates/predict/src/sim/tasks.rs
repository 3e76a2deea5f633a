//! What begins as something ends: segments of tasks, tasks of lanes, arrivals.

use super::events::Happening;
use super::queue::{Class, Item, ItemKind};
use super::state::Sim;
use crate::kind::{Executors, Remote, Reports};
use crate::segment::{Segment, Service};

impl Sim<'_> {
    /// All lanes begin, or wait for arrivals.
    pub(super) fn begin_run(&mut self) {
        let lanes = self.lanes.begun.len();
        if self.plan.arrivals.is_some() {
            self.lanes.free = (0..lanes).rev().collect();
            self.expect_next();
            return;
        }
        for lane in 0..lanes {
            self.lanes.issued += 1;
            self.start(lane, self.now);
        }
        for thread in &mut self.cores.threads {
            self.spared += thread.extra * (1.0 - self.plan.part);
            thread.extra *= self.plan.part;
        }
    }

    /// A task of an open loop arrives, and the next one is put among the events.
    pub(super) fn arrive(&mut self) {
        self.lanes.issued += 1;
        match self.lanes.free.pop() {
            Some(lane) => self.start(lane, self.now),
            None => self.lanes.backlog.push_back(self.now),
        }
        self.expect_next();
    }

    /// Puts the next arrival among the events.
    fn expect_next(&mut self) {
        let arrivals = self.plan.arrivals.unwrap_or_default();
        if let Some(at) = arrivals.get(self.lanes.issued as usize) {
            self.events.add(*at, Happening::Arrival);
        }
    }

    /// The latency of a lane's request is over: the service has an answer to write. Or a timer has ended.
    pub(super) fn due(&mut self, lane: usize) {
        let (to, answer) = match self.segment(lane) {
            Some(Segment::Request { to, answer, .. }) => (to, answer),
            Some(Segment::Timer { .. } | Segment::Stop { .. }) => return self.waited(lane),
            _ => return,
        };
        let item = Item {
            cost: answer,
            lane,
            kind: ItemKind::Segment,
        };
        let (queue, of) = match to {
            // Answers that are due have a queue that the origin looks at first.
            Service::Origin => (self.origin + 3, self.origin),
            Service::Backend => (self.backend(lane), self.backend(lane)),
        };
        self.queues[queue].ready.push_back(item);
        self.wake_one_of(of);
    }

    /// A lane begins a task that has waited since this time.
    fn start(&mut self, lane: usize, since: f64) {
        self.lanes.begun[lane] = 0;
        self.lanes.started[lane] = since;
        self.advance(lane);
    }

    /// The segment that a lane is in; `None` before its task's first and after its last.
    pub(super) fn segment(&self, lane: usize) -> Option<Segment> {
        let begun = self.lanes.begun[lane];
        self.plan.segments.get(begun.checked_sub(1)?).copied()
    }

    /// A thread has done this.
    pub(super) fn finish(&mut self, item: Item) {
        match item.kind {
            ItemKind::Segment => self.advance(item.lane),
            ItemKind::Request => match self.segment(item.lane) {
                Some(Segment::Request { latency, .. }) if latency > 0.0 => {
                    let what = Happening::Due { lane: item.lane };
                    self.events.add(self.now + latency, what);
                }
                _ => self.advance(item.lane),
            },
            ItemKind::Result => {}
        }
    }

    /// A lane goes to its next segment, or its task is done.
    pub(super) fn advance(&mut self, lane: usize) {
        self.lanes.begun[lane] += 1;
        let (cost, kind, queue) = match self.segment(lane) {
            None => return self.task_done(lane),
            Some(Segment::Compute(cost)) => (cost, ItemKind::Segment, self.queue_of(lane)),
            Some(Segment::Accept(cost)) => (cost, ItemKind::Segment, self.origin),
            Some(Segment::Request { to, request, .. }) => {
                (request, ItemKind::Request, self.service(to, lane))
            }
            Some(Segment::Block(cost)) if self.calls_at_once() => {
                let woken = self.costs.wakes[Class::Blocking as usize];
                let switch = self.costs.waking + woken.always + woken.queued;
                (cost + switch, ItemKind::Segment, self.queue_of(lane))
            }
            Some(Segment::Block(cost)) => (cost, ItemKind::Segment, self.origin + 1),
            Some(Segment::Timer { .. } | Segment::Stop { .. }) => return self.begin_wait(lane),
        };
        let is_first = self.lanes.begun[lane] == 1;
        let made = if is_first { self.made_thread() } else { 0.0 };
        let item = Item {
            cost: cost + made,
            lane,
            kind,
        };
        let is_at_once = if is_first {
            self.plan.kind.starts_next_at_once
        } else {
            self.calls_at_once() && self.is_at_call(lane)
        };
        let goes_first =
            is_at_once && self.lanes.next.is_none() && self.cores.busy_queue() == Some(queue);
        if goes_first {
            self.lanes.next = Some(item);
        } else {
            self.put(queue, item);
        }
    }

    /// A lane goes to its next segment, which is its own thread's, once that looks for what has arrived: nobody wakes it.
    pub(super) fn arrive_unseen(&mut self, lane: usize, queue: usize) {
        let next = self.plan.segments.get(self.lanes.begun[lane]);
        let Some(Segment::Compute(cost)) = next.copied() else {
            return self.advance(lane);
        };
        self.lanes.begun[lane] += 1;
        let kind = ItemKind::Segment;
        let item = Item { cost, lane, kind };
        self.queues[queue].arrived.push(item);
    }

    /// Whether a blocking call that is handed over is done before its task goes on: on the only core, the thread that is woken for it
    /// displaces the one that wakes it, and the task finds it done.
    fn calls_at_once(&self) -> bool {
        self.plan.cores == 1 && self.plan.kind.hands_over()
    }

    /// Whether a lane is in a blocking call, or has just ended one.
    fn is_at_call(&self, lane: usize) -> bool {
        let begun = self.lanes.begun[lane];
        let mut last_two = self.plan.segments[..begun].iter().rev().take(2);
        last_two.any(|segment| matches!(segment, Segment::Block(_)))
    }

    /// What it costs more that a thread is made in a process that runs on another core as well: the maker is held up, too.
    fn made_thread(&mut self) -> f64 {
        let crowded = self.cores.crowded_thread();
        let Some(thread) = crowded.filter(|_| self.plan.kind.makes_threads) else {
            return 0.0;
        };
        self.cores.threads[thread].stall = self.costs.stall;
        self.costs.crowded
    }

    /// A lane's task is done: it begins another one, if there is one.
    fn task_done(&mut self, lane: usize) {
        self.lanes.done += 1;
        self.lanes.last_done = self.now;
        for (mark, marked) in self.plan.marks.iter().zip(&mut self.lanes.marked) {
            if self.lanes.done == *mark {
                *marked = self.now;
            }
        }
        self.lanes.latency += self.now - self.lanes.started[lane];
        self.lanes.unreported += 1;
        if self.lanes.unreported >= self.batch() {
            let item = Item {
                cost: self.costs.parent * self.lanes.unreported as f64,
                lane,
                kind: ItemKind::Result,
            };
            self.lanes.unreported = 0;
            self.put(self.origin + 2, item);
        }
        if self.plan.arrivals.is_some() {
            match self.lanes.backlog.pop_front() {
                Some(since) => self.start(lane, since),
                None => self.lanes.free.push(lane),
            }
        } else if self.lanes.issued < self.plan.tasks {
            self.lanes.issued += 1;
            self.start(lane, self.now);
        }
    }

    /// How many results a parent is told at once: for processes that block, about as many as `crates/runner/src/deal.rs` deals.
    fn batch(&self) -> u64 {
        let left = self.plan.tasks - self.lanes.done;
        match self.plan.kind.reports {
            Reports::None => u64::MAX,
            Reports::EachTask => 1,
            Reports::Batches => (left / (4 * self.plan.lanes as u64)).clamp(1, 64),
        }
    }

    /// The queue of the service that answers a lane.
    fn service(&self, to: Service, lane: usize) -> usize {
        match to {
            Service::Origin => self.origin,
            Service::Backend => self.backend(lane),
        }
    }

    /// The queue of the process that answers a lane.
    fn backend(&self, lane: usize) -> usize {
        self.origin + 4 + lane
    }

    /// The queue of the threads that carry a lane.
    pub(super) fn queue_of(&self, lane: usize) -> usize {
        match self.plan.kind.executors {
            Executors::Lanes => lane,
            Executors::One { .. } => 0,
            Executors::Processes => lane % self.origin,
        }
    }

    /// Puts work into a queue, and wakes a thread for it.
    fn put(&mut self, queue: usize, item: Item) {
        let is_from_outside = self.cores.busy_queue() != Some(queue);
        let is_remote = self.plan.kind.remote != Remote::WithSockets
            && self.cores.busy_class() == Some(Class::Blocking);
        let to = &mut self.queues[queue];
        if to.is_batched && is_remote {
            to.woken.push_back(item);
        } else if to.is_batched && is_from_outside {
            to.arrived.push(item);
        } else {
            to.ready.push_back(item);
        }
        self.wake_one_of(queue);
    }

    pub(super) fn wake_one_of(&mut self, queue: usize) {
        if let Some(thread) = self.cores.sleeper(&self.queues[queue].threads) {
            self.wake(thread);
        }
    }

    /// A thread takes what is next in its queue; `false` where that is empty.
    pub(super) fn take(&mut self, thread: usize) -> bool {
        let queue = self.cores.threads[thread].queue;
        if queue == self.origin
            && let Some(item) = self.queues[self.origin + 3].ready.pop_front()
        {
            self.cores.threads[thread].give(item);
            return true;
        }
        let (interval, remote) = (self.plan.kind.looks.interval(), self.plan.kind.remote);
        self.queues[queue].look_at_woken(remote, self.now);
        if self.queues[queue].looks(interval) {
            self.cores.threads[thread].left += self.costs.look;
        }
        let Some(item) = self.queues[queue].ready.pop_front() else {
            return false;
        };
        self.cores.threads[thread].give(item);
        true
    }
}
