//! What is run, how much of it, and in which order: decided from descriptions and numbers alone,
//! without a clock, a file or a process.

mod fit;
mod next;
mod order;
mod profile;
mod share;

pub(crate) use fit::{Cost, left_out};
pub(crate) use next::{MOST_BLOCKS, Reached, Rules, fewest_blocks, next};
pub(crate) use order::{Slot, block};
pub(crate) use profile::{Profile, QUICK_WORKLOADS, Settings};
pub(crate) use share::{Ability, Share, Wanted, share};
