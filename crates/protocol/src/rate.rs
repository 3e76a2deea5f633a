//! The arrival rate of an open loop, as people write it: `"2000/s"`.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Tasks that arrive per second, whether or not the model keeps up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate {
    per_second: u64,
}

/// How arrivals of the same mean rate are spread over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spread {
    /// One after every interval.
    #[default]
    Uniform,
    /// Independent of each other: exponential intervals, from the seed.
    Poisson,
}

impl Rate {
    /// The largest rate that one pacing thread can be asked for.
    pub const MAX: u64 = 1_000_000;

    /// A rate of 1 to [`Rate::MAX`] tasks per second.
    #[must_use]
    pub fn new(per_second: u64) -> Option<Self> {
        (1..=Self::MAX)
            .contains(&per_second)
            .then_some(Self { per_second })
    }

    /// Tasks per second.
    #[must_use]
    pub fn per_second(self) -> u64 {
        self.per_second
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/s", self.per_second)
    }
}

impl std::str::FromStr for Rate {
    type Err = String;

    /// Reads `2000/s`; the unit may be left out.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix("/s").unwrap_or(text).trim();
        number
            .parse()
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| format!("{text:?} is no rate: allowed are 1/s to {}/s", Self::MAX))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        // Any type, so that a bare number is refused with a sentence that says what is expected.
        source.deserialize_any(RateVisitor)
    }
}

struct RateVisitor;

impl Visitor<'_> for RateVisitor {
    type Value = Rate;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "a rate such as \"2000/s\", from 1/s to {}/s", Rate::MAX)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Rate, E> {
        // A file must write the unit, which the command line may leave out: a file is read by people
        // who did not write it.
        let with_unit = text.strip_suffix("/s").is_some();
        let rate = text.parse().ok().filter(|_| with_unit);
        rate.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
