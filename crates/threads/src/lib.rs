//! OS threads in four ways: one after the other, one per task, a pool, and rayon. All of them
//! block, over the one blocking `Io`; the `+gil` variants put it under an interpreter lock.

mod pool;
mod rayon;
mod sequential;
mod settings;
mod spawn;
mod under;
mod units;

use std::process::ExitCode;

use runner::Model;
use workloads::TaskBody;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const {
        &[
            &sequential::Sequential,
            &spawn::Spawn { gil: false },
            &spawn::Spawn { gil: true },
            &pool::Pool { gil: false },
            &pool::Pool { gil: true },
            &rayon::Rayon,
        ]
    }
}

/// The main function of this model's program, with tasks that consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    runner::main(
        concat!("threads ", env!("CARGO_PKG_VERSION")),
        variants::<B>(),
    )
}
