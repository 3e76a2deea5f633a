//! A run under way: its threads, queues and lanes before anything has happened.

use super::cores::Cores;
use super::events::Events;
use super::lanes::Lanes;
use super::plan::{BLOCKING_THREADS, Costs, Plan};
use super::queue::{Class, Queue};
use crate::kind::Executors;
use crate::segment::Segment;

/// A run under way.
pub(super) struct Sim<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) costs: &'a Costs,
    pub(super) now: f64,
    pub(super) events: Events,
    pub(super) queues: Vec<Queue>,
    pub(super) cores: Cores,
    /// The number of the origin's queue, which is the first after those of the model. After it come the queues of blocking calls,
    /// of the parent, of the origin's answers that are due, and of the process that answers each lane, where there is one.
    pub(super) origin: usize,
    pub(super) lanes: Lanes,
    /// See [`super::Outcome::spared`].
    pub(super) spared: f64,
}

impl<'a> Sim<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, costs: &'a Costs) -> Sim<'a> {
        let own = match plan.kind.executors {
            Executors::Lanes => plan.lanes,
            Executors::One { .. } => 1,
            Executors::Processes => plan.cores.min(plan.lanes),
        };
        let mut queues: Vec<Queue> = Vec::new();
        let mut cores = Cores::new(plan.cores, plan.elsewhere);
        for at in 0..own {
            let threads = match plan.kind.executors {
                Executors::One { threads } => threads.of(plan.cores),
                _ => 1,
            };
            let mut queue = Queue {
                is_batched: plan.kind.is_batched(),
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
        // The order is that which `Sim::origin` describes. The queue after these has no threads: the origin's takes from it.
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
        if plan.segments.iter().any(Segment::asks_backend) {
            for _ in 0..plan.lanes {
                let at = queues.len();
                queues.push(Queue {
                    threads: vec![cores.add(Class::Backend, at)],
                    ..Queue::default()
                });
            }
        }
        Sim {
            plan,
            costs,
            now: 0.0,
            events: Events::of_cores(cores.cores.len()),
            queues,
            cores,
            origin: own,
            lanes: Lanes::new(plan.lanes),
            spared: 0.0,
        }
    }
}
