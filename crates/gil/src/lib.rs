//! An interpreter lock: one lock per process that a thread must hold to compute, so that Rust
//! threads behave as those of CPython do. [`Interpreter`] is the lock with its threads, [`GilIo`]
//! puts any blocking `Io` under it, which makes a `+gil` variant of a model.
//!
//! ```
//! use std::time::Duration;
//! use gil::Interpreter;
//!
//! let interpreter = Interpreter::new(Duration::from_millis(5));
//! std::thread::scope(|scope| {
//!     for _ in 0..2 {
//!         scope.spawn(|| {
//!             let _attached = interpreter.attach();
//!             for _ in 0..1000 {
//!                 // … some work, and then:
//!                 interpreter.check();
//!             }
//!             interpreter.detach(|| std::thread::sleep(Duration::from_millis(1)));
//!         });
//!     }
//! });
//! assert!(interpreter.owner_changes() >= 2);
//! ```
//!
//! There are no objects and no reference counts here, so the crate shows what the lock itself costs
//! and not what it saves an interpreter elsewhere.

mod interpreter;
mod io;
mod lock;
pub mod primitives;
mod stream;

pub use interpreter::{Attached, Interpreter, SWITCH_INTERVAL_US};
pub use io::GilIo;
pub use lock::{Lock, NOBODY};
pub use stream::GilStream;
