//! The levels that a workload's file asks for: the numbers in flight, or the percentages of an `only` step, that it
//! is compared at where no other is asked for.

use std::ops::RangeInclusive;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IntoDeserializer as _};
use toml::Spanned;
use toml::de::DeTable;

use crate::cpu_time::Mistake;
use crate::in_flight::{InFlight, MAX_IN_FLIGHT};
use crate::step::{Only, Step};
use crate::units;
use crate::workload::Workload;

/// How many levels there may be.
const COUNT: RangeInclusive<usize> = 2..=16;

/// Values of one field, at each of which a comparison runs the workload. They stand in the workload's file and are
/// no part of the workload: runners never see them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "AnyLevels")]
pub struct Levels {
    /// The field, and its values, ascending.
    pub of: LevelsOf,
    /// Rounds of a comparison that asks for no number of them, no precision and no time, 1 to 100.
    pub rounds: u64,
}

/// The field that levels are values of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelsOf {
    /// `in_flight`, each 1 to [`MAX_IN_FLIGHT`].
    InFlight(Vec<u64>),
    /// `percent` of the `only` step, each 0 to 100.
    Percent(Vec<u64>),
}

impl LevelsOf {
    /// The name of the field among the parameters of a workload.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::InFlight(_) => "in_flight",
            Self::Percent(_) => "percent",
        }
    }

    /// Its values, ascending.
    #[must_use]
    pub fn values(&self) -> &[u64] {
        match self {
            Self::InFlight(values) | Self::Percent(values) => values,
        }
    }
}

/// Levels as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnyLevels {
    #[serde(default, deserialize_with = "numbers::<_, 1, MAX_IN_FLIGHT>")]
    in_flight: Option<Vec<u64>>,
    #[serde(default, deserialize_with = "numbers::<_, 0, 100>")]
    percent: Option<Vec<u64>>,
    #[serde(deserialize_with = "units::count::<_, 1, 100>")]
    rounds: u64,
}

impl TryFrom<AnyLevels> for Levels {
    type Error = &'static str;

    fn try_from(any: AnyLevels) -> Result<Self, Self::Error> {
        let of = match (any.in_flight, any.percent) {
            (Some(values), None) => LevelsOf::InFlight(values),
            (None, Some(values)) => LevelsOf::Percent(values),
            _ => return Err("levels are of one field: allowed is `in_flight` or `percent`"),
        };
        let rounds = any.rounds;
        Ok(Self { of, rounds })
    }
}

/// Levels, and where they stand in the file, in bytes.
pub(crate) type Asked = (Levels, usize);

/// Takes the levels out of a workload's table; `None` where there are none.
pub(crate) fn take(table: &mut Spanned<DeTable<'_>>) -> Result<Option<Asked>, Mistake> {
    let Some(value) = table.get_mut().remove("levels") else {
        return Ok(None);
    };
    let offset = value.span().start;
    let any = AnyLevels::deserialize(value.into_deserializer())?;
    let levels = Levels::try_from(any).map_err(|problem| Mistake::at(offset..offset, problem))?;
    Ok(Some((levels, offset)))
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
    let problem = if is_marked {
        "a workload with `levels` runs where it is named: leave `quick` and `gate` out".to_owned()
    } else if workload.coordination.is_some() || workload.rate.is_some() || workload.serve.is_some()
    {
        "`levels` are of a closed loop with steps: a workload with `rate`, `coordination` or `serve` has none"
            .to_owned()
    } else {
        match contradiction(levels, workload) {
            Some(problem) => problem,
            None => return Ok(()),
        }
    };
    Err(Mistake::at(*offset..*offset, problem))
}

/// What of a workload is not as at its highest level, in words.
fn contradiction(levels: &Levels, workload: &Workload) -> Option<String> {
    let most = levels.of.values().last().copied().unwrap_or_default();
    match &levels.of {
        LevelsOf::InFlight(_) => {
            let fits = workload.in_flight == InFlight::Lanes(most) && workload.tasks >= most;
            (!fits).then(|| {
                format!(
                    "the highest level is {most}: `in_flight` is the same number, and `tasks` as many or more"
                )
            })
        }
        LevelsOf::Percent(_) => {
            let is_highest =
                |step: &Step| matches!(step, Step::Only(Only { percent, .. }) if *percent == most);
            let fits = workload.steps.iter().any(is_highest);
            (!fits).then(|| {
                format!(
                    "the highest level is {most}: `percent` of the `only` step is the same number"
                )
            })
        }
    }
}

/// An ascending list of numbers of this range.
fn numbers<'de, D, const MIN: u64, const MAX: u64>(source: D) -> Result<Option<Vec<u64>>, D::Error>
where
    D: Deserializer<'de>,
{
    let numbers = Vec::<u64>::deserialize(source)?;
    let are_allowed = COUNT.contains(&numbers.len())
        && numbers.iter().all(|one| (MIN..=MAX).contains(one))
        && numbers.is_sorted_by(|one, next| one < next);
    if are_allowed {
        return Ok(Some(numbers));
    }
    let (fewest, most) = (COUNT.start(), COUNT.end());
    Err(D::Error::custom(format!(
        "allowed are {fewest} to {most} numbers, ascending, each {MIN} to {MAX}"
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

    /// A workload, half of whose tasks go on.
    fn half() -> String {
        format!("{REST}[[step]]\nonly = {{ percent = 50, after = \"1ms\" }}\n")
    }

    #[test]
    fn levels_are_read_and_are_no_part_of_the_workload() {
        let read = asked("{ in_flight = [1, 10, 100], rounds = 3 }", REST);
        let expected = Levels {
            of: LevelsOf::InFlight(vec![1, 10, 100]),
            rounds: 3,
        };
        assert_eq!(read, Ok(Some(expected)));
        let read = asked("{ percent = [0, 5, 50], rounds = 8 }", &half());
        let expected = Levels {
            of: LevelsOf::Percent(vec![0, 5, 50]),
            rounds: 8,
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
        let halved = half();
        let shares = "{ percent = [1, 20], rounds = 3 }";
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
            (
                shares,
                halved.as_str(),
                "`percent` of the `only` step is the same number",
            ),
            (shares, REST, "the highest level is 20"),
            ("{ percent = [1, 101], rounds = 3 }", REST, "each 0 to 100"),
            (
                "{ rounds = 3 }",
                REST,
                "w.toml:1:10: levels are of one field",
            ),
            (
                "{ percent = [1, 2], in_flight = [1, 2], rounds = 3 }",
                REST,
                "w.toml:1:10: levels are of one field",
            ),
        ];
        for (levels, rest, expected) in cases {
            let problem = asked(levels, rest).unwrap_err();
            let is_there = problem.starts_with("w.toml:1:") && problem.contains(expected);
            assert!(is_there, "{levels}: {problem}");
        }
    }
}
