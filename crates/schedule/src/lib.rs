//! What is run, how much of it, and in which order: decided from descriptions and numbers alone,
//! without a clock, a file or a process.

mod fit;
mod next;
mod order;
mod settings;
mod share;

pub use fit::{Cost, left_out};
pub use next::{MOST_BLOCKS, Reached, Rules, fewest_blocks, next};
pub use order::{Slot, block};
pub use settings::Settings;
pub use share::{Ability, Wanted, share};
