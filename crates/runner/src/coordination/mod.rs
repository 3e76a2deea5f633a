//! Coordination: workloads that measure a model's own primitives, written once over the few that a
//! model names in [`Primitives`]. `docs/FORMAT.md` defines each kind.

mod counter;
mod order;
mod phase;
mod ping_pong;
mod primitives;
mod pulse_client;
mod pulses;
mod spawn;

use protocol::Coordination;
use workloads::{Io, TaskBody, Tasks, Work};

use self::phase::Phase;
pub use self::primitives::{Message, Primitives};
use self::pulse_client::Reading;
use self::pulses::Hogs;
use crate::error::{Error, Result};
use crate::model::Counts;
use crate::recorder::Recorder;

/// Carries out one phase of a workload with coordination.
///
/// # Errors
/// The first error, or that the model has no such primitive.
pub fn coordinate<I: Io, E: Primitives, B: TaskBody>(
    io: &I,
    units: &E,
    work: &Work<B>,
    what: &Coordination,
    tasks: Tasks,
    record: &Recorder,
) -> Result<Counts> {
    // Known to the compiler, which then has none of what follows to compile.
    if !B::BUILT_IN {
        let problem = "this program carries out own work, which coordinates nothing";
        return Err(Error::Unsupported(problem.to_owned()));
    }
    let phase = Phase {
        io: io.clone(),
        units: units.clone(),
        lanes: work.lanes,
        pulses: work.setup.endpoints.pulses,
        tasks,
        record: record.clone(),
    };
    match what.clone() {
        Coordination::Spawn(_) => units.block_on(spawn::run(phase)),
        Coordination::PingPong(ping_pong) => {
            // Asked here, so that a model without channels refuses before any unit is started.
            units
                .channel()
                .map_err(|why| Error::Unsupported(why.to_owned()))?;
            units.block_on(ping_pong::run(phase, ping_pong))
        }
        Coordination::Counter(counter) => units.block_on(counter::run(phase, counter)),
        Coordination::Order(_) => units.block_on(order::run(phase)),
        Coordination::Stall(stall) => {
            let hogs = Hogs::new(stall.hogs, stall.hog);
            units.block_on(pulses::run(phase, Reading::Heartbeats(stall.period), hogs))
        }
        Coordination::Echo(echo) => {
            let hogs = Hogs::new(echo.hogs, echo.hog);
            units.block_on(pulses::run(phase, Reading::Echoes(echo.think), hogs))
        }
    }
}

/// The number of units that a kind needs at the same time, for models that start theirs beforehand.
#[must_use]
pub fn units_at_once(what: &Coordination, lanes: u64) -> u64 {
    match what {
        Coordination::Spawn(_) | Coordination::Counter(_) | Coordination::Order(_) => lanes,
        Coordination::PingPong(_) => 2 * lanes,
        // The unit that reads pulses is one more beside those that compute.
        Coordination::Stall(stall) => 1 + stall.hogs,
        Coordination::Echo(echo) => 1 + echo.hogs,
    }
}
