//! The names of the folders of a campaign: `shard-3-of-8.attempt-0`, and in it `unit-0005`.

use std::fmt;

use crate::plan::Shard;

/// What the names of the folders of units begin with.
const UNIT: &str = "unit-";

/// The name of the folder of one attempt at a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttemptName {
    /// The shard.
    pub shard: Shard,
    /// Which attempt it is, from 0.
    pub attempt: u64,
}

impl AttemptName {
    /// The attempt that a folder of this name is; `None` of any other folder.
    #[must_use]
    pub fn parse(name: &str) -> Option<AttemptName> {
        let (shard, attempt) = name.strip_prefix("shard-")?.split_once(".attempt-")?;
        let (index, count) = shard.split_once("-of-")?;
        let parsed = AttemptName {
            shard: Shard::new(index.parse().ok()?, count.parse().ok()?).ok()?,
            attempt: attempt.parse().ok()?,
        };
        // `shard-+1-of-08.attempt-0` would be another folder of the same attempt.
        (parsed.to_string() == name).then_some(parsed)
    }
}

impl fmt::Display for AttemptName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shard { index, count } = self.shard;
        write!(out, "shard-{index}-of-{count}.attempt-{}", self.attempt)
    }
}

/// The name of the folder of a unit.
pub(crate) fn unit(number: u64) -> String {
    format!("{UNIT}{number:04}")
}

/// Whether the folder of a unit may have this name.
pub(crate) fn is_unit(name: &str) -> bool {
    name.starts_with(UNIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_no_other_way() {
        let name = AttemptName {
            shard: Shard { index: 3, count: 8 },
            attempt: 12,
        };
        assert_eq!(name.to_string(), "shard-3-of-8.attempt-12");
        assert_eq!(AttemptName::parse("shard-3-of-8.attempt-12"), Some(name));
        for other in [
            "shard-8-of-8.attempt-0",
            "shard-03-of-8.attempt-0",
            "shard-+3-of-8.attempt-0",
            "shard-3-of-8",
            "shard-3-of-8.attempt-0.old",
            "unit-0001",
        ] {
            assert_eq!(AttemptName::parse(other), None, "{other}");
        }
    }
}
