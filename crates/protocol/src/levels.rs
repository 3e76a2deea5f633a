//! The levels that a workload's file asks for: the numbers in flight that it is compared at where no other is
//! asked for.

use std::ops::RangeInclusive;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IntoDeserializer as _};
use toml::Spanned;
use toml::de::DeTable;

use crate::cpu_time::Mistake;
use crate::units;
use crate::workload::{InFlight, MAX_IN_FLIGHT, Workload};

/// How many levels there may be.
const COUNT: RangeInclusive<usize> = 2..=16;

/// Numbers in flight, at each of which a comparison runs the workload. They stand in the workload's file and are
/// no part of the workload: runners never see them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// The numbers, ascending, each 1 to [`MAX_IN_FLIGHT`].
    #[serde(deserialize_with = "numbers")]
    pub in_flight: Vec<u64>,
    /// Rounds of a comparison that asks for no number of them, no precision and no time, 1 to 100.
    #[serde(deserialize_with = "units::count::<_, 1, 100>")]
    pub rounds: u64,
}

/// Levels, and where they stand in the file, in bytes.
pub(crate) type Asked = (Levels, usize);

/// Takes the levels out of a workload's table; `None` where there are none.
pub(crate) fn take(table: &mut Spanned<DeTable<'_>>) -> Result<Option<Asked>, Mistake> {
    let Some(value) = table.get_mut().remove("levels") else {
        return Ok(None);
    };
    let offset = value.span().start;
    Ok(Some((
        Levels::deserialize(value.into_deserializer())?,
        offset,
    )))
}

/// Refuses levels of a workload that cannot have them: `is_marked` where it runs although nobody names it.
pub(crate) fn check(
    asked: Option<&Asked>,
    workload: &Workload,
    is_marked: bool,
) -> Result<(), Mistake> {
    let Some((levels, offset)) = asked else {
        return Ok(());
    };
    let most = levels.in_flight.last().copied().unwrap_or_default();
    let problem = if is_marked {
        "a workload with `levels` runs where it is named: leave `quick` and `gate` out".to_owned()
    } else if workload.coordination.is_some() || workload.rate.is_some() {
        "`levels` are of a closed loop with steps: a workload with `rate` or `coordination` has none"
            .to_owned()
    } else if workload.in_flight != InFlight::Lanes(most) || workload.tasks < most {
        format!(
            "the highest level is {most}: `in_flight` is the same number, and `tasks` as many or more"
        )
    } else {
        return Ok(());
    };
    Err(Mistake::at(*offset..*offset, problem))
}

fn numbers<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<u64>, D::Error> {
    let numbers = Vec::<u64>::deserialize(source)?;
    let are_allowed = COUNT.contains(&numbers.len())
        && numbers.iter().all(|one| (1..=MAX_IN_FLIGHT).contains(one))
        && numbers.is_sorted_by(|one, next| one < next);
    if are_allowed {
        return Ok(numbers);
    }
    let (fewest, most) = (COUNT.start(), COUNT.end());
    Err(D::Error::custom(format!(
        "allowed are {fewest} to {most} numbers, ascending, each 1 to {MAX_IN_FLIGHT}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::parse_file;

    const REST: &str =
        "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 100\nin_flight = 100\nseed = 1\n";

    fn asked(levels: &str, rest: &str) -> Result<Option<Levels>, String> {
        let text = format!("levels = {levels}\n{rest}");
        let file = parse_file(text.as_bytes(), "w.toml").map_err(|error| error.to_string())?;
        let json = serde_json::to_string(&file.workload).unwrap();
        assert!(!json.contains("levels"), "runners refuse them: {json}");
        Ok(file.levels)
    }

    #[test]
    fn levels_are_read_and_are_no_part_of_the_workload() {
        let read = asked("{ in_flight = [1, 10, 100], rounds = 3 }", REST);
        let expected = Levels {
            in_flight: vec![1, 10, 100],
            rounds: 3,
        };
        assert_eq!(read, Ok(Some(expected)));
        let plain = parse_file(REST.as_bytes(), "w.toml").unwrap();
        assert_eq!(plain.levels, None);
    }

    #[test]
    fn levels_that_make_no_sense_are_refused_with_their_line_and_what_is_allowed() {
        let good = "{ in_flight = [1, 100], rounds = 3 }";
        let one = "{ in_flight = [100], rounds = 3 }";
        let open = format!("{REST}rate = \"50/s\"\n");
        let marked = format!("{REST}quick = true\n");
        let few = REST.replace("tasks = 100", "tasks = 99");
        let other = REST.replace("in_flight = 100", "in_flight = 99");
        let cases = [
            (
                one,
                REST,
                "allowed are 2 to 16 numbers, ascending, each 1 to 1000000",
            ),
            ("{ in_flight = [10, 1], rounds = 3 }", REST, "ascending"),
            ("{ in_flight = [1, 1], rounds = 3 }", REST, "ascending"),
            ("{ in_flight = [0, 1], rounds = 3 }", REST, "each 1 to"),
            (
                "{ in_flight = [1, 1000001], rounds = 3 }",
                REST,
                "each 1 to",
            ),
            ("{ in_flight = [1, 100] }", REST, "missing field `rounds`"),
            (
                "{ in_flight = [1, 100], rounds = 0 }",
                REST,
                "allowed are 1 to 100",
            ),
            (
                "{ tasks = [1, 100], rounds = 3 }",
                REST,
                "unknown field `tasks`",
            ),
            ("[1, 100]", REST, "expected"),
            (good, open.as_str(), "are of a closed loop"),
            (good, marked.as_str(), "leave `quick` and `gate` out"),
            (good, few.as_str(), "the highest level is 100"),
            (good, other.as_str(), "`in_flight` is the same number"),
        ];
        for (levels, rest, expected) in cases {
            let problem = asked(levels, rest).unwrap_err();
            let is_there = problem.starts_with("w.toml:1:") && problem.contains(expected);
            assert!(is_there, "{levels}: {problem}");
        }
    }
}
