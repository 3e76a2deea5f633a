//! What every model program shares: the traits that a model implements, the handshake of one run,
//! the recorder of latencies and digests, the meters of the program itself, and the ways of driving
//! lanes in closed and open loops.

mod arrival;
mod chain;
mod coordination;
mod deal;
mod dealt;
mod drive;
mod error;
mod executor;
mod in_process;
mod input;
mod listeners;
mod meters;
mod model;
mod open;
mod output;
mod pacing;
mod parent;
mod prepare;
mod recorder;
mod request;
mod serve_session;
mod server;
mod session;
mod spawning_server;
mod tare;
mod told;
mod waiting;

pub use arrival::{Arrival, LATE_NS};
pub use coordination::{Message, Primitives, coordinate, units_at_once};
pub use deal::Deal;
pub use dealt::Dealt;
pub use drive::{SpawnEach, open_lanes, pull};
pub use error::{Error, Result};
pub use executor::{Driver, Executor};
pub use in_process::InProcess;
pub use input::{Input, NextLine};
pub use meters::{Usage, own_usage, vm_hwm_bytes};
pub use model::{Counts, Knobs, Model, Running};
pub use open::{ArrivalQueue, pull_arrivals};
pub use output::say;
pub use pacing::Arrivals;
pub use parent::{die_with_parent, is_child_of, tie_to};
pub use protocol;
pub use recorder::{Recorded, Recorder};
pub use request::read_request;
pub use server::Server;
pub use session::{answer_request, fail, main};
pub use spawning_server::{Accepting, SpawningServer, unit_per_connection};
