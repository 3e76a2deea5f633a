//! What every model program shares: the traits that a model implements, the handshake of one run,
//! the recorder of latencies and digests, the meters of the program itself, and the two ways of
//! driving lanes.
//!
//! What a task does is left to `workloads`; units of concurrency to the models; processes,
//! statistics and reports to `xtask`.

mod coordination;
mod drive;
mod in_process;
mod input;
mod meters;
mod model;
mod open;
mod pacing;
mod parent;
mod prepare;
mod recorder;
mod session;
mod tare;

pub use coordination::{Message, Primitives, coordinate, units_at_once};
pub use drive::{Executor, SpawnEach, open_lanes, pull};
pub use in_process::InProcess;
pub use meters::{Usage, own_usage};
pub use model::{Counts, Error, Knobs, Model, Result, Running};
pub use open::{ArrivalQueue, pull_arrivals};
pub use pacing::{Arrival, Arrivals};
pub use parent::{die_with_parent, is_child_of};
pub use protocol;
pub use recorder::{Recorded, Recorder};
pub use session::main;
