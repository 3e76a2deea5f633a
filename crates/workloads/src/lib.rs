//! The work of Manyways, written once: steps, kernels, the [`Io`] seam and the lanes that carry
//! tasks over it, sans-I/O clients, the content that services serve, and the answers that every
//! model must give.
//!
//! The models spread tasks over threads, tasks or processes; `services` serves the content;
//! `runner` takes the time.

pub mod answers;
pub mod blocking;
mod body;
pub mod calibration;
mod clock;
mod computing;
pub mod content;
pub mod digest;
mod error;
pub mod expected;
mod files;
pub mod http;
mod io;
pub mod kernel;
mod lane;
mod latch;
mod lateness;
mod library;
pub mod postgres;
pub mod sequential;
pub mod serve;
mod shared;
mod sleeping;
mod sqlite;
mod steps;
mod task;
pub mod trace;
mod work;

pub use body::TaskBody;
pub use clock::{monotonic_ns, sleep_until};
pub use computing::{Computes, Computing, Job, Offload, Yielding};
pub use error::{Error, Result};
pub use files::{file_index, file_path};
pub use io::{Address, Io};
pub use kernel::{Scratch, Slices};
pub use lane::Lane;
pub use latch::Alive;
pub use protocol;
pub use shared::Shared;
pub use sleeping::sleep_while;
pub use steps::Steps;
pub use task::{Task, TaskQueue, Tasks};
pub use work::Work;
