//! The plan of a comparison: what is run, how much of it, and in which order.
//!
//! Everything is decided from descriptions and numbers alone, without a clock, a file or a process, so
//! that a resumed comparison and a test come to the same plan.

mod disturbed;
mod early;
mod fit;
mod load;
mod memory_rounds;
mod next;
mod order;
mod outlook;
mod round;
mod run_length;
mod settings;
mod share;
mod systematic;
mod thresholds;
mod time_limit;

pub use disturbed::{Disturbed, all_count, disturbed};
pub use early::{Pair, Standing, stops};
pub use fit::{Cost, left_out};
pub use load::lanes_for_rate;
pub use memory_rounds::{MEMORY_ROUNDS, memory_rounds};
pub use next::{MOST_BLOCKS, Reached, Rules, fewest_blocks, next};
pub use order::{Slot, block};
pub use outlook::{Outlook, is_outlook_due, outlook};
pub use round::{Round, Watched};
pub use run_length::{
    PILOT_ARMS, PILOT_ROUNDS, chosen_length, is_open, is_worth_trying, shorter, spread, tried,
};
pub use settings::Settings;
pub use share::{Ability, Wanted, first_of, share};
pub use thresholds::Thresholds;
pub use time_limit::{first_too_long, too_long};
