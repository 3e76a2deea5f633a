//! The parameters of one fitted simulation, in seconds. Single ones are not identified by a calibration: several sets of
//! them predict the same, so that only predictions are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kernels::Kernels;
use crate::kind::{Executors, Kind, Language, Reports};
use crate::lines::{Bent, Line};
use crate::points::LANES_OF_NOOP;
use crate::segment::Segment;
use crate::sim::{BLOCKING_THREADS, COLDEST, Costs, Plan, Wake};
use crate::sqlite::Selects;

/// One fitted set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameters {
    pub(crate) shared: Shared,
    pub(crate) kernels: Kernels,
    pub(crate) own: BTreeMap<String, Own>,
    /// Half the sum of squared residuals.
    pub(crate) misfit: f64,
}

/// What is the machine's, whichever variant runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shared {
    /// A request, and an answer, at the origin.
    pub(crate) request: f64,
    pub(crate) answer: f64,
    /// A byte of an answer at the origin.
    pub(crate) byte: f64,
    /// The rest up to `ahead` are what [`Costs`] explains: a wake-up of the origin, what waking costs, and two rules of the
    /// scheduler.
    pub(crate) origin_wake: f64,
    pub(crate) origin_queued: f64,
    pub(crate) origin_slept: f64,
    pub(crate) waking: f64,
    pub(crate) reaction: f64,
    pub(crate) deep_reaction: f64,
    pub(crate) interrupt: f64,
    pub(crate) protected: f64,
    pub(crate) ahead: f64,
    /// The processors beside those of the models, on which services may run.
    pub(crate) elsewhere: u64,
    /// Whether smol's executor, too, begins the next task at once.
    pub(crate) smol_at_once: bool,
    /// How much later a run ends because two threads that only compute begin on one core, until the kernel's balancer moves one
    /// of them at a tick.
    pub(crate) ramp: f64,
    /// Accepting a connection, and closing it, at the origin; and how much more that, and making one, costs for each doubling of the
    /// lanes beyond those that [`far_part`] names.
    pub(crate) accept: f64,
    pub(crate) accept_far: f64,
    pub(crate) connect_far: f64,
    pub(crate) query: Query,
}

/// What a query costs the process of PostgreSQL that answers it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Query {
    pub(crate) select: f64,
    /// More for each doubling of the connections: each process has caches of its own, and finds those of its processor filled by
    /// others.
    pub(crate) far: f64,
    /// More where it sleeps before it answers.
    pub(crate) sleep: f64,
    /// Waking the process.
    pub(crate) wake: f64,
}

impl Query {
    /// What a select costs among so many connections.
    pub(crate) fn cost(&self, connections: u64) -> f64 {
        self.select + self.far * (connections.max(1) as f64).log2()
    }

    /// Those that a search over runs with queries moves.
    pub(crate) fn free(&mut self) -> [&mut f64; 4] {
        [
            &mut self.select,
            &mut self.far,
            &mut self.sleep,
            &mut self.wake,
        ]
    }
}

/// What is a variant's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Own {
    /// A task that does nothing.
    pub(crate) task: f64,
    /// Making a thread for it while another core runs the same process costs so much more, and holds the maker up for so long: both
    /// change the one address space.
    pub(crate) crowded: f64,
    pub(crate) stall: f64,
    /// The first is for as many lanes as the calibration's tasks that do nothing have, and so much more for each doubling of them; the
    /// second grows by the same part.
    pub(crate) crowded_by_lanes: f64,
    /// A GET, and each byte of its answer beyond those of a small one.
    pub(crate) get: f64,
    pub(crate) byte: f64,
    /// What a GET costs more whose connection is new.
    pub(crate) connect: f64,
    /// A query of PostgreSQL.
    pub(crate) query: f64,
    /// A wake-up of one of its threads: see [`Wake`].
    pub(crate) wake: f64,
    pub(crate) queued: f64,
    pub(crate) slept: f64,
    /// One look at the sockets.
    pub(crate) look: f64,
    /// A result at the parent of processes, and waking it.
    pub(crate) parent: f64,
    pub(crate) parent_wake: f64,
    /// A blocking call by its selects, and by its bytes.
    pub(crate) sqlite: Selects,
    pub(crate) file: Bent,
    /// Handing a blocking call over to a thread for such calls, both ways, and how much more that costs with [`BLOCKING_THREADS`] of
    /// them; and a wake-up of that thread.
    pub(crate) hand_over: f64,
    pub(crate) hand_over_to_many: f64,
    pub(crate) call_wake: f64,
    pub(crate) call_queued: f64,
    pub(crate) call_slept: f64,
    /// A timer, set and ended; and how late it ends beside its grain.
    pub(crate) timer: f64,
    pub(crate) slack: f64,
    /// What kernels cost in a language that is not Rust.
    pub(crate) kernels: Kernels,
    /// What a task costs more where an open loop paces it.
    pub(crate) pacing: f64,
    /// Bytes of memory, and seconds of start-up, over lanes.
    pub(crate) memory: Line,
    pub(crate) start_up: Line,
}

impl Parameters {
    /// Waking the process that answers a query, and the lane that asked, with what both wakers pay: after the longest sleeps, on idle cores.
    pub(crate) fn wakes_of_query(&self, variant: &str) -> f64 {
        let shared = &self.shared;
        let wakers = 2.0 * (shared.waking + shared.interrupt);
        let own = self.own.get(variant);
        let lane = own.map_or(0.0, |own| {
            own.wake + own.queued + COLDEST * own.slept + own.look
        });
        shared.query.wake + COLDEST * shared.origin_slept + lane + wakers
    }
}

impl Shared {
    /// Where a search begins: what such things cost on machines of today, within a factor of ten. A wake-up of the origin begins
    /// high: from a low one the search ends where lanes hardly march in step, and many lanes come out a third too fast.
    pub(crate) fn start() -> Shared {
        Shared {
            request: 4e-6,
            answer: 3e-6,
            byte: 0.2e-9,
            origin_wake: 15e-6,
            origin_queued: 1.5e-6,
            origin_slept: 3e-6,
            waking: 0.7e-6,
            reaction: 6e-6,
            deep_reaction: 20e-6,
            interrupt: 3e-6,
            protected: 1.4e-3,
            ahead: 1.0,
            elsewhere: 0,
            smol_at_once: false,
            ramp: 0.0,
            accept: 0.0,
            accept_far: 0.0,
            connect_far: 0.0,
            query: Query {
                select: 20e-6,
                far: 3e-6,
                sleep: 10e-6,
                wake: 3e-6,
            },
        }
    }

    /// Those that a search moves.
    pub(crate) fn free(&mut self) -> Vec<&mut f64> {
        vec![
            &mut self.request,
            &mut self.answer,
            &mut self.origin_wake,
            &mut self.origin_queued,
            &mut self.origin_slept,
            &mut self.waking,
            &mut self.reaction,
            &mut self.deep_reaction,
            &mut self.interrupt,
        ]
    }
}

impl Own {
    /// Where a search begins.
    pub(crate) fn start(kind: Kind) -> Own {
        let blocks = kind.executors == Executors::Lanes;
        let is_crowded = kind.makes_threads_beside_others();
        Own {
            task: if kind.makes_threads { 20e-6 } else { 0.4e-6 },
            crowded: if is_crowded { 20e-6 } else { 0.0 },
            stall: if is_crowded { 8e-6 } else { 0.0 },
            crowded_by_lanes: 0.0,
            get: if kind.language == Language::Rust {
                5e-6
            } else {
                60e-6
            },
            byte: 0.2e-9,
            connect: 0.0,
            query: 5e-6,
            wake: if blocks { 2e-6 } else { 1e-6 },
            queued: 0.5e-6,
            slept: 3e-6,
            look: 1e-6,
            parent: 0.0,
            parent_wake: 10e-6,
            sqlite: Selects::default(),
            file: Bent::default(),
            hand_over: 3e-6,
            hand_over_to_many: 2e-6,
            call_wake: 1.5e-6,
            call_queued: 0.7e-6,
            call_slept: 3e-6,
            timer: 0.0,
            slack: 0.0,
            kernels: Kernels::default(),
            pacing: 0.0,
            memory: Line::default(),
            start_up: Line::default(),
        }
    }

    /// Those that a search over runs with GETs moves.
    pub(crate) fn free(&mut self, kind: Kind) -> Vec<&mut f64> {
        let mut all = vec![
            &mut self.get,
            &mut self.wake,
            &mut self.queued,
            &mut self.slept,
        ];
        if kind.executors != Executors::Lanes {
            all.push(&mut self.look);
        }
        if kind.reports != Reports::None {
            all.push(&mut self.parent_wake);
        }
        if kind.makes_threads {
            all.push(&mut self.task);
        }
        if kind.makes_threads_beside_others() {
            all.extend([&mut self.crowded, &mut self.stall]);
        }
        all
    }

    /// Those that a search over runs with blocking calls moves.
    pub(crate) fn free_of_calls(&mut self) -> Vec<&mut f64> {
        vec![
            &mut self.hand_over,
            &mut self.hand_over_to_many,
            &mut self.call_wake,
            &mut self.call_queued,
            &mut self.call_slept,
        ]
    }

    /// What making a thread beside others costs more among so many lanes whose tasks take so much CPU, and how many times what the maker is
    /// held up by. Who computes meanwhile crowds nobody: it counts by the root of the part of a task that making its thread is. All of it
    /// made tasks of 0.24 ms on five lanes 20 % too dear (seed 20261224 of the gate), and the part itself those of 0.2 ms 10 % too cheap (20270105).
    fn crowding(&self, lanes: u64, cpu: f64) -> (f64, f64) {
        if self.crowded <= 0.0 {
            return (0.0, 1.0);
        }
        let doublings = (lanes.max(1) as f64 / LANES_OF_NOOP as f64).log2();
        let crowded = (self.crowded + self.crowded_by_lanes * doublings).max(0.0);
        let made = self.task + crowded;
        let met = crowded * (made / (made + (cpu - self.task).max(0.0))).sqrt();
        (met, met / self.crowded)
    }

    /// Handing a call over where there are so many lanes, for each of which a pool comes to have a thread, up to its most. That it
    /// costs more with each of them was measured, and why was not.
    pub(crate) fn handed_over(&self, lanes: u64) -> f64 {
        let threads = lanes.min(BLOCKING_THREADS as u64) as f64;
        self.hand_over + self.hand_over_to_many * threads / BLOCKING_THREADS as f64
    }

    /// A task that does nothing, with what a parent spends on it.
    pub(crate) fn whole_task(&self) -> f64 {
        self.task + self.parent
    }
}

/// What a run costs beside its segments.
pub(crate) fn costs(shared: &Shared, own: &Own, plan: &Plan<'_>) -> Costs {
    let cpu = plan.segments.iter().map(Segment::cpu).sum();
    let (crowded, times) = own.crowding(plan.lanes as u64, cpu);
    let model = Wake {
        always: own.wake,
        queued: own.queued,
        slept: own.slept,
    };
    let origin = Wake {
        always: shared.origin_wake,
        queued: shared.origin_queued,
        slept: shared.origin_slept,
    };
    let call = Wake {
        always: own.call_wake,
        queued: own.call_queued,
        slept: own.call_slept,
    };
    let parent = Wake {
        always: own.parent_wake,
        ..model
    };
    let backend = Wake {
        always: shared.query.wake,
        queued: 0.0,
        slept: shared.origin_slept,
    };
    Costs {
        wakes: [model, origin, call, parent, backend],
        reaction: shared.reaction,
        deep_reaction: shared.deep_reaction,
        waking: shared.waking,
        interrupt: shared.interrupt,
        protected: shared.protected,
        ahead: shared.ahead,
        look: own.look,
        parent: own.parent,
        crowded,
        stall: own.stall * times,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether making a thread beside others costs more at the start of a search, and holds its maker up; and how many parameters
    /// the search moves.
    fn crowding(variant: &str) -> (bool, bool, usize) {
        let kind = Kind::of(variant).unwrap();
        let mut own = Own::start(kind);
        (own.crowded > 0.0, own.stall > 0.0, own.free(kind).len())
    }

    #[test]
    fn threads_crowd_one_another_more_the_more_lanes_there_are() {
        let own = Own {
            crowded: 40e-6,
            crowded_by_lanes: 10e-6,
            ..Own::start(Kind::of("threads/spawn").unwrap())
        };
        let nothing = own.task;
        assert_eq!(own.crowding(32, nothing), (40e-6, 1.0));
        let (crowded, times) = own.crowding(128, nothing);
        assert!((crowded - 60e-6).abs() < 1e-12 && (times - 1.5).abs() < 1e-9);
        assert_eq!(own.crowding(1, nothing), (0.0, 0.0));
        // A task that computes three times as long as its thread takes to be made is made for a quarter of its time.
        let (met, times) = own.crowding(32, nothing + 3.0 * (own.task + 40e-6));
        assert!((met - 20e-6).abs() < 1e-12 && (times - 0.5).abs() < 1e-9);
        let none = Own {
            crowded: 0.0,
            ..own
        };
        assert_eq!(none.crowding(128, nothing), (0.0, 1.0));
    }

    #[test]
    fn handing_over_costs_more_the_more_threads_a_pool_has_up_to_its_most() {
        let own = Own {
            hand_over: 3e-6,
            hand_over_to_many: 8e-6,
            ..Own::start(Kind::of("async-tokio/multi-thread").unwrap())
        };
        let costs = [0, 128, 512, 600].map(|lanes| own.handed_over(lanes));
        for (cost, expected) in costs.into_iter().zip([3e-6, 5e-6, 11e-6, 11e-6]) {
            assert!((cost - expected).abs() < 1e-12, "{cost}");
        }
    }

    #[test]
    fn only_threads_that_are_made_beside_others_crowd_one_another() {
        assert_eq!(crowding("threads/pool"), (false, false, 4));
        assert_eq!(crowding("threads/spawn"), (true, true, 7));
        assert_eq!(crowding("python/threading"), (false, false, 6));
    }
}
