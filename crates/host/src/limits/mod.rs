//! What the system allows this tool and the programs that it starts: open files, threads, processes and memory.

mod groups;
mod memory;
mod open_files;
mod threads;

pub use self::memory::{allowed_by_mappings, allowed_by_memory};
pub use self::open_files::{OpenFiles, open_files, raise_open_files};
pub use self::threads::{Allowance, allowed_threads};
