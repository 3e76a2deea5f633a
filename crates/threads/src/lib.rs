//! OS threads in four ways: one after the other, one per task, a pool, and rayon. All of them
//! block, over the one blocking `Io`; the `+gil` variants put it under an interpreter lock.

mod pool;
mod rayon;
mod sequential;
mod settings;
mod spawn;
mod under;
mod units;

use runner::Model;

/// The variants of this model.
pub const VARIANTS: &[&dyn Model] = &[
    &sequential::Sequential,
    &spawn::Spawn { gil: false },
    &spawn::Spawn { gil: true },
    &pool::Pool { gil: false },
    &pool::Pool { gil: true },
    &rayon::Rayon,
];
