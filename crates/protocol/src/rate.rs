//! The rate of an open loop, as people write it: `"2000/s"`.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::with_unit;

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
        with_unit(text, &[("/s", 1), ("", 1)])
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
        text.parse()
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Rate, E> {
        Rate::new(number).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Rate, E> {
        let rate = u64::try_from(number).ok().and_then(Rate::new);
        rate.ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_alike_in_files_and_on_command_lines() {
        let rate = Rate::new(2000).unwrap();
        for text in ["2000/s", "2000 /s", " 2000"] {
            assert_eq!(text.parse(), Ok(rate), "{text}");
            assert_eq!(serde_json::from_value::<Rate>(text.into()).unwrap(), rate);
        }
        assert_eq!(serde_json::from_str::<Rate>("2000").unwrap(), rate);
        for none in ["", "/s", "0/s", "2000/m", "1.5/s", "-1", "1000001/s"] {
            assert!(none.parse::<Rate>().is_err(), "{none}");
        }
        for none in ["0", "-5", "1.5", "null"] {
            assert!(serde_json::from_str::<Rate>(none).is_err(), "{none}");
        }
    }
}
