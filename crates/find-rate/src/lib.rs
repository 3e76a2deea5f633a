//! Break points: the highest rate at which a variant keeps a condition, such as `p99<50ms`, and what limited it.
//!
//! `condition` reads the condition and holds figures against it; `search` decides which rate is tried next, from the
//! outcomes alone; `find` carries that out over a `Prober`; `limit` names what limited the rate. All of this is pure.
//! `bench` is the prober that runs programs, and `run` the command.
//!
//! The search doubles the rate until the condition fails, bisects, and confirms what it found by longer runs over other
//! tasks. A rate is a result only where its own confirmation kept the condition.

mod bench;
mod bound;
mod condition;
mod figures;
mod find;
mod finding;
mod guess;
mod json;
mod limit;
mod plan;
mod request;
mod row;
mod run;
mod search;
mod table;

#[cfg(test)]
mod find_test;
#[cfg(test)]
mod fixtures;

pub use condition::Until;
pub use guess::{AskedGuess, Guess};
pub use request::{Format, Request};
pub use run::run;
