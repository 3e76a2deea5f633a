//! How many barriers a run may have.

use protocol::Request;
use results::{Failure, Kind};

/// The barriers of one run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Barriers {
    /// The most that there can be: none where the request does not ask to be held.
    most: u64,
}

impl Barriers {
    /// Those of a run with this request: one after the last task, and one when all lanes wait, which
    /// may come once for each process that has lanes.
    pub(super) fn of(request: &Request) -> Barriers {
        let lanes = request.setup.in_flight.min(request.tasks);
        Barriers {
            most: if request.hold { lanes.max(1) + 1 } else { 0 },
        }
    }

    /// Whether one has to come where so many have passed.
    pub(super) fn are_due(self, passed: u64) -> bool {
        self.most > 0 && passed == 0
    }

    /// Whether one may come where so many have passed.
    pub(super) fn may_follow(self, passed: u64) -> bool {
        passed < self.most
    }

    /// The failure of a run with one more.
    pub(super) fn too_many(self) -> Failure {
        let most = self.most;
        let message = format!(
            "printed `held` more than {most} times: allowed are one for each lane, when all wait, and one \
             after the last task"
        );
        Failure::new(Kind::Garbage, message)
    }
}
