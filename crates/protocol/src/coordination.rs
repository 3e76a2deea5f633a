//! Coordination: workloads that measure a model's own primitives instead of steps. Each kind states
//! its own bounds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::units;

const MIB: u64 = 1 << 20;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

/// What is coordinated; a file says `coordination = { spawn = {} }`. Task i gives its own step seed
/// as its value, handed through the unit or message that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Coordination {
    /// A task starts one unit (thread, task, job, process) and joins it; units are started in
    /// rounds of what is in flight.
    Spawn(Spawn),
    /// A task is one message to another unit and back.
    PingPong(PingPong),
    /// A task is a batch of increments of one counter that all units share.
    Counter(Counter),
    /// A task is one turn of one of the units in flight, which yield after each.
    Order(Order),
    /// A task is one heartbeat, beside units that compute without yielding.
    Stall(Stall),
    /// A task is one byte that a service sends and gets back, beside units that compute.
    Echo(Echo),
}

/// Starting units and joining them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
// Braces, not a unit struct: on the wire it is `{}`, which can gain fields later.
pub struct Spawn {}

/// Messages there and back between two units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PingPong {
    /// Size of a message, 8 B to 16 MiB; its first 8 bytes carry the task's value.
    #[serde(deserialize_with = "units::size::<_, 8, {16 * MIB}>")]
    pub bytes: u64,
}

/// Increments of a counter by all units in flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// Increments a task, 1 to 1 000 000.
    #[serde(deserialize_with = "units::count::<_, 1, 1_000_000>")]
    pub increments: u64,
    /// Whether increments are atomic or under a lock; otherwise a load, and then a store.
    pub synchronised: bool,
}

/// Turns of units that yield after each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {}

/// Heartbeats from a service, beside units that compute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stall {
    /// Time between two heartbeats, 100 µs to 1 s.
    #[serde(deserialize_with = "units::duration::<_, 100_000, SECOND>")]
    #[serde(serialize_with = "units::write_duration")]
    pub period: Duration,
    /// Units that compute, 0 to 1024.
    #[serde(deserialize_with = "units::count::<_, 0, 1024>")]
    pub hogs: u64,
    /// How long each computes before it yields once, 100 µs to 1 s.
    #[serde(deserialize_with = "units::duration::<_, 100_000, SECOND>")]
    #[serde(serialize_with = "units::write_duration")]
    pub hog: Duration,
}

/// Bytes that a service sends and waits for, beside units that compute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Echo {
    /// Time that the service lets pass between an answer and the next byte, 1 ms to 1 s.
    #[serde(deserialize_with = "units::duration::<_, MILLISECOND, SECOND>")]
    #[serde(serialize_with = "units::write_duration")]
    pub think: Duration,
    /// Units that compute, 0 to 1024.
    #[serde(deserialize_with = "units::count::<_, 0, 1024>")]
    pub hogs: u64,
    /// How long each computes before it yields once, 100 µs to 1 s.
    #[serde(deserialize_with = "units::duration::<_, 100_000, SECOND>")]
    #[serde(serialize_with = "units::write_duration")]
    pub hog: Duration,
}

impl Coordination {
    /// Whether pulses come from the service for them.
    #[must_use]
    pub fn needs_pulses(&self) -> bool {
        matches!(self, Self::Stall(_) | Self::Echo(_))
    }
}
