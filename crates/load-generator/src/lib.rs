//! The load generator: asks a server for the tasks of a workload over connections that it keeps, and takes the
//! time of every answer. It is the same for all servers, and knows nothing of what they are.
//!
//! One thread does all of it, so that it takes no more than a core from what is measured. In an open loop requests
//! are due by the clock, whether or not earlier ones are answered; one that finds every connection busy waits for
//! the first that is free, and its latency counts from the time at which it was due. In a closed loop a connection
//! asks again as soon as it is answered.

mod arrivals;
mod asking;
mod connection;
mod connections;
mod error;
mod generator;
mod program;
mod run;

pub use program::main;
