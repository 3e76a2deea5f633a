//! What own work is written against: a package that depends on this crate, and implements [`OwnWork`] or
//! [`OwnFunction`], is built into every model and compared like any workload. `docs/OWN-WORK.md` is the
//! guide.
//!
//! ```
//! use manyways::{Io, OwnError, OwnWork, Task};
//! use serde::Deserialize;
//! use std::time::Duration;
//!
//! #[derive(Deserialize)]
//! struct Params {
//!     wait_us: u64,
//! }
//!
//! /// Waits, and then computes.
//! struct Work(Params);
//!
//! impl OwnWork for Work {
//!     type Params = Params;
//!     type Lane<I: Io> = ();
//!
//!     fn new(params: Params) -> Result<Self, OwnError> {
//!         Ok(Self(params))
//!     }
//!
//!     async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
//!         Ok(())
//!     }
//!
//!     async fn task<I: Io>(&self, io: &I, _: &mut (), task: Task) -> Result<u64, OwnError> {
//!         io.sleep(Duration::from_micros(self.0.wait_us)).await;
//!         Ok(io.run(move || task.seed.count_ones().into()).await)
//!     }
//! }
//! ```

mod body;
mod caught;
mod error;
mod function;
mod params;
mod sequential;
mod under;
mod work;

use std::process::ExitCode;

use runner::Model;

pub use body::Own;
pub use error::OwnError;
pub use function::OwnFunction;
/// What asynchronous streams are read and written by: `AsyncReadExt` and `AsyncWriteExt`.
pub use futures_util::io;
pub use params::NoParams;
pub use serde;
pub use work::OwnWork;
pub use workloads::{Address, Io, Task};

/// The main function of the program that computes the right answers of own work: it does every task in a
/// plain loop.
#[must_use]
pub fn expected_main<O: OwnWork>() -> ExitCode {
    sequential::main::<O>()
}

/// The same for work that needs the runtime of a model: it does the tasks on one of its variants. `main` is
/// the main function of the model's own program, which a model of processes starts again.
#[must_use]
pub fn expected_main_under<O: OwnWork>(
    models: &[&dyn Model<Own<O>>],
    variant: &str,
    main: fn() -> ExitCode,
) -> ExitCode {
    sequential::main_under(models, variant, main)
}
