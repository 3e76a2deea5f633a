//! A campaign over several hosts: which units it has and which shard does which, what all shards must have in
//! common, and the files that a shard leaves for whoever merges them.
//!
//! A unit is one workload in a group of whole blocks, with all variants and both arms of the reference: what is
//! compared with each other runs on one host. No scheduler is known here. A shard needs its number, how many there
//! are, and a folder that all share; the same shard may be begun any number of times, at once too.

mod attempt;
mod common;
mod names;
mod plan;
mod together;

pub use attempt::{Attempt, Done, DoneUnit, FoundAttempt, attempts};
pub use common::agree;
pub use names::AttemptName;
pub use plan::{BLOCKS_OF_A_GROUP, FEWEST_BLOCKS, Plan, PlanError, Shard, Unit};
pub use together::differences;
