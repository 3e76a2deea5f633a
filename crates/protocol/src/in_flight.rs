//! How many tasks may be under way at once.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most lanes that a workload or a request may ask for; threads and descriptors end earlier on most
/// machines.
pub const MAX_IN_FLIGHT: u64 = 1_000_000;

/// How many tasks may be under way at once: a number, or `"workers"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InFlight {
    /// This many lanes, 1 to 1 000 000.
    Lanes(u64),
    /// As many as there are workers.
    Workers,
}

impl InFlight {
    /// The number of lanes with this many workers.
    #[must_use]
    pub fn lanes(self, workers: u64) -> u64 {
        match self {
            Self::Lanes(lanes) => lanes,
            Self::Workers => workers,
        }
    }
}

impl Serialize for InFlight {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Lanes(lanes) => to.serialize_u64(*lanes),
            Self::Workers => to.serialize_str("workers"),
        }
    }
}

impl<'de> Deserialize<'de> for InFlight {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(InFlightVisitor)
    }
}

struct InFlightVisitor;

impl Visitor<'_> for InFlightVisitor {
    type Value = InFlight;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "a whole number from 1 to {MAX_IN_FLIGHT}, or \"workers\""
        )
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<InFlight, E> {
        if (1..=MAX_IN_FLIGHT).contains(&value) {
            return Ok(InFlight::Lanes(value));
        }
        Err(E::custom(format!(
            "{value} is out of bounds: allowed are 1 to {MAX_IN_FLIGHT}"
        )))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<InFlight, E> {
        match u64::try_from(value) {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::custom(format!(
                "{value} is out of bounds: allowed are 1 to {MAX_IN_FLIGHT}"
            ))),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<InFlight, E> {
        if text == "workers" {
            return Ok(InFlight::Workers);
        }
        Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}
