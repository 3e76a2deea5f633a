//! The trace of a run: who ran when, recorded as events of 32 bytes. A run that is not recorded looks at one flag
//! where there would be an event.
//!
//! Lanes record their tasks ([`crate::Lane::run`]), [`crate::blocking::BlockingIo`] what it blocks for, and
//! `gil` its lock, so that no model has code of its own for it.

mod buffer;
mod processor;
mod recording;
mod task;

pub use recording::{
    begin, end, is_on, is_prepared, look_after, look_before, prepare, record_from_now, write,
};
pub use task::{
    lock_released, lock_taken, lock_wanted, may_wait_for, part, pulse, unit, waiting, yielding,
};

pub(crate) use recording::number_lane;
pub(crate) use task::{Traced, ready};
