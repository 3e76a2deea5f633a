//! Coordination: workloads about a model's own primitives, written once over the few that a model
//! names in [`Primitives`]. What each kind means is in `docs/FORMAT.md`; models whose units are in
//! other processes do it on their own.

mod counter;
mod order;
mod ping_pong;
mod pulses;
mod spawn;

use std::future::Future;
use std::sync::Arc;

use protocol::Coordination;
use workloads::{Error as WorkError, Io, Tasks, Work};

use crate::drive::Executor;
use crate::model::{Counts, Error, Result};
use crate::recorder::Recorder;

/// A model's own way of joining a unit, and of sending messages between units. A model that does
/// not have one says so in words.
pub trait Primitives: Executor {
    /// What a started unit is joined by.
    type Handle: Send + 'static;
    /// The sending end of a channel.
    type Sender: Send + 'static;
    /// The receiving end.
    type Receiver: Send + 'static;

    /// Starts a unit that can be joined.
    ///
    /// # Errors
    /// When the system refuses another one.
    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle>;

    /// Waits for the end of a unit; `None` where it panicked.
    fn join(&self, handle: Self::Handle) -> impl Future<Output = Option<u64>> + Send;

    /// A channel with room for one message.
    ///
    /// # Errors
    /// Why the model has none.
    fn channel(&self) -> std::result::Result<(Self::Sender, Self::Receiver), &'static str>;

    /// Sends a message; `false` where nobody can receive it any more.
    fn send(&self, to: &Self::Sender, message: Message) -> impl Future<Output = bool> + Send;

    /// The next message, or `None` after the last.
    fn receive(&self, from: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send;
}

/// What is sent: within a process its owner changes, and no byte moves.
pub type Message = Vec<u8>;

/// What one kind of coordination works with.
struct Phase<I, E> {
    io: I,
    units: E,
    work: Arc<Work>,
    tasks: Tasks,
    record: Recorder,
}

/// Carries out one phase of a workload with coordination.
///
/// # Errors
/// What went wrong, or that the model has no such primitive.
pub fn coordinate<I: Io, E: Primitives>(
    io: &I,
    units: &E,
    work: &Arc<Work>,
    what: &Coordination,
    tasks: Tasks,
    record: &Recorder,
) -> Result<Counts> {
    let phase = Phase {
        io: io.clone(),
        units: units.clone(),
        work: Arc::clone(work),
        tasks,
        record: record.clone(),
    };
    match what.clone() {
        Coordination::Spawn(_) => units.block_on(spawn::run(phase)),
        Coordination::PingPong(of) => {
            // Refused before anything is started.
            units
                .channel()
                .map_err(|why| Error::Unsupported(why.to_owned()))?;
            units.block_on(ping_pong::run(phase, of))
        }
        Coordination::Counter(of) => units.block_on(counter::run(phase, of)),
        Coordination::Order(_) => units.block_on(order::run(phase)),
        Coordination::Stall(of) => {
            let hogs = pulses::Hogs::new(of.hogs, of.hog);
            let reading = pulses::Reading::Heartbeats(of.period);
            units.block_on(pulses::run(phase, reading, hogs))
        }
        Coordination::Echo(of) => {
            let hogs = pulses::Hogs::new(of.hogs, of.hog);
            let reading = pulses::Reading::Echoes(of.think);
            units.block_on(pulses::run(phase, reading, hogs))
        }
    }
}

/// How many units a kind needs at the same time, for models that start theirs beforehand.
#[must_use]
pub fn units_at_once(what: &Coordination, lanes: u64) -> u64 {
    match what {
        Coordination::Spawn(_) | Coordination::Counter(_) | Coordination::Order(_) => lanes,
        Coordination::PingPong(_) => 2 * lanes,
        Coordination::Stall(of) => 1 + of.hogs,
        Coordination::Echo(of) => 1 + of.hogs,
    }
}

fn panicked() -> WorkError {
    WorkError::Model("a unit ended without a result: it panicked".to_owned())
}

/// Starts as many units as there are lanes, and joins all of them.
async fn on_every_lane<I, E: Primitives, F>(
    phase: &Phase<I, E>,
    unit: impl Fn(u64) -> F,
) -> workloads::Result<()>
where
    F: Future<Output = u64> + Send + 'static,
{
    let mut started = Vec::new();
    for lane in 0..phase.work.lanes {
        started.push(phase.units.start(unit(lane)).map_err(WorkError::Spawn)?);
    }
    for handle in started {
        phase.units.join(handle).await.ok_or_else(panicked)?;
    }
    Ok(())
}
