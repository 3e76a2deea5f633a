//! The meters with which a program measures itself: processor time, context switches, peak memory,
//! threads, and time spent in the run queue.

mod process;
mod residency;
mod waiting;

pub use process::{Usage, own_usage, vm_hwm_bytes};
pub(crate) use process::{live_threads, of_this_process};
pub(crate) use residency::resident_pages;
pub(crate) use waiting::run_queue_wait;
