//! A queue of work and the threads that take from it.

use std::collections::VecDeque;

/// Whose thread it is: what its wake-up costs depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// It runs the model's tasks.
    Model = 0,
    /// The origin's event loop, `crates/services/src/origin/event_loop.rs`.
    Origin = 1,
    /// It makes blocking calls for an executor.
    Blocking = 2,
    /// The parent of worker processes, which reads their results.
    Parent = 3,
    /// A process of a service that answers one connection.
    Backend = 4,
}

impl Class {
    /// Whether it is a part of a service, and not of the model.
    pub(super) fn serves(self) -> bool {
        matches!(self, Class::Origin | Class::Backend)
    }
}

/// What a thread is to do next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) cost: f64,
    pub(super) lane: usize,
    pub(super) kind: ItemKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// Something after which the lane's next segment begins: computation, a blocking call, an answer.
    Segment,
    /// A service reads a request.
    Request,
    /// The parent reads a result.
    Result,
}

/// A queue, and the threads that take from it.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) ready: VecDeque<Item>,
    pub(super) threads: Vec<usize>,
    /// What arrived from outside and is seen at the next look at the sockets. An executor looks when its queue
    /// is empty, or after so many turns: tokio's `event_interval` is 61 (`tokio/src/runtime/scheduler`),
    /// and `async-executor` of smol lets the reactor in when it has nothing to run.
    pub(super) arrived: Vec<Item>,
    /// Whether what comes from outside waits in `arrived`: so it does for executors, and not for a thread that a lane has alone.
    pub(super) is_batched: bool,
    /// How often threads came for an item since the last look.
    pub(super) turns: u32,
}

impl Queue {
    /// Whether it looks at the sockets now; what arrived is ready then.
    pub(super) fn looks(&mut self, interval: u32) -> bool {
        if !self.is_batched {
            return false;
        }
        self.turns += 1;
        if self.arrived.is_empty() || (!self.ready.is_empty() && self.turns < interval) {
            return false;
        }
        self.ready.extend(self.arrived.drain(..));
        self.turns = 0;
        true
    }
}
