//! The settings that the variants share, and how a run shows them.

use runner::Knobs;

/// The size of a thread's stack. It has room for every call that a task makes, and is much less
/// than the usual 2 MiB, so that 10 000 threads stay far from the limits of the address space.
pub(crate) const STACK_BYTES: usize = 256 * 1024;

/// Settings by name.
pub(crate) fn knobs(list: &[(&str, String)]) -> Knobs {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}
