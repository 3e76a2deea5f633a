//! OS threads in four ways: one after the other, one per task, a pool, and rayon. All of them
//! block, over the one blocking `Io`; the `+gil` variants put it under an interpreter lock.

mod pool;
mod rayon;
mod sequential;
mod spawn;
mod under;
mod units;

use runner::{Knobs, Model};

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &sequential::Sequential,
    &spawn::Spawn { gil: false },
    &spawn::Spawn { gil: true },
    &pool::Pool { gil: false },
    &pool::Pool { gil: true },
    &rayon::Rayon,
];

/// Room for every call that a task makes; much less than the usual 2 MiB, so that 10 000 threads
/// stay far from the limits of the address space.
const STACK_BYTES: usize = 256 * 1024;

fn knobs(list: &[(&str, String)]) -> Knobs {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}
