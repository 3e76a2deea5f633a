//! A script in the place of programs, behind `compare --scripted FILE`: samples from a list or from
//! a seeded process, so that the whole tool is tested exactly and fast, from the command line to
//! the verdict. Nothing is built or started, and everything else is what real programs go through.

mod bursts;
mod cast;
mod disturbance;
mod file;
mod hold;
mod noise;
mod player;

pub use bursts::{Beside, Bursts};
pub use file::Script;
pub use noise::{Conditions, Drift, Machine, Noise, Spikes};
pub(crate) use player::Player;
