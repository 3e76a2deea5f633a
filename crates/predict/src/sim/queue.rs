//! A queue of work and the threads that take from it.

use std::collections::VecDeque;

use crate::kind::Remote;

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
    /// What threads for blocking calls have woken, where that is not seen with what arrived.
    pub(super) woken: VecDeque<Item>,
    /// How often threads came for an item, and when, as they last looked at those.
    pub(super) woken_turns: u32,
    pub(super) woken_seen: f64,
    /// How often threads came for an item since the last look.
    pub(super) turns: u32,
    /// When one of its threads last went to sleep.
    pub(super) slept: f64,
}

impl Queue {
    /// Looks at what threads for blocking calls have woken, if it is time to.
    pub(super) fn look_at_woken(&mut self, remote: Remote, now: f64) {
        self.woken_turns += 1;
        let is_time = match remote {
            Remote::WithSockets => false,
            Remote::AfterTurns(turns) => self.woken_turns >= turns,
            Remote::AfterMicroseconds(time) => {
                self.woken_turns > 1 && now - self.woken_seen >= f64::from(time) * 1e-6
            }
        };
        if self.ready.is_empty() {
            self.ready.extend(self.woken.drain(..));
        } else if is_time && let Some(item) = self.woken.pop_front() {
            self.ready.push_front(item);
        }
        if is_time {
            self.woken_turns = 0;
            self.woken_seen = now;
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(lane: usize) -> Item {
        Item {
            cost: 1e-6,
            lane,
            kind: ItemKind::Segment,
        }
    }

    /// The lanes that are ready after looks at these times, where two were and two are woken.
    fn ready(remote: Remote, looks: &[f64]) -> Vec<usize> {
        let mut queue = Queue {
            ready: [item(0), item(1)].into(),
            woken: [item(2), item(3)].into(),
            ..Queue::default()
        };
        for at in looks {
            queue.look_at_woken(remote, *at);
        }
        queue.ready.iter().map(|item| item.lane).collect()
    }

    #[test]
    fn what_a_call_has_woken_comes_first_now_and_then_and_all_of_it_where_nothing_else_is_ready() {
        let turns = Remote::AfterTurns(3);
        assert_eq!(ready(turns, &[0.0, 0.0]), [0, 1]);
        assert_eq!(ready(turns, &[0.0; 3]), [2, 0, 1]);
        assert_eq!(ready(turns, &[0.0; 5]), [2, 0, 1]);
        assert_eq!(ready(turns, &[0.0; 6]), [3, 2, 0, 1]);
        let time = Remote::AfterMicroseconds(200);
        assert_eq!(ready(time, &[1e-4]), [0, 1]);
        assert_eq!(ready(time, &[1e-4, 3e-4, 4e-4]), [2, 0, 1]);
        assert_eq!(ready(Remote::WithSockets, &[1.0; 100]), [0, 1]);
        let mut idle = Queue {
            woken: [item(2), item(3)].into(),
            ..Queue::default()
        };
        idle.look_at_woken(turns, 0.0);
        assert_eq!((idle.ready.len(), idle.woken.len()), (2, 0));
    }
}
