//! What a process uses, told by the process itself: processor time, context switches, memory,
//! threads. Memory that is shared between processes is left to `xtask`, which sees the whole tree.

mod process;
mod residency;
mod waiting;

pub use process::{Usage, own_usage};
pub(crate) use process::{live_threads, of_this_process, vm_hwm_bytes};
pub(crate) use residency::resident_pages;
pub(crate) use waiting::run_queue_wait;
