//! The headline that a workload's file asks for: which of its two questions comes first.

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cpu_time::Mistake;
use crate::workload::Workload;

/// The question that comes first in a comparison of a workload: its table is sorted by the answer, and the
/// precision of measuring is about it. It stands in the workload's file and is no part of the workload: runners
/// never see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Headline {
    /// Which variant is done sooner.
    Time,
    /// Which variant costs less processor time.
    Cpu,
}

/// A headline, and where its value stands in the file, in bytes.
pub(crate) type Asked = (Headline, usize);

/// Takes the headline out of a workload's table; `None` where there is none.
pub(crate) fn take(table: &mut Spanned<DeTable<'_>>) -> Result<Option<Asked>, Mistake> {
    let Some(value) = table.get_mut().remove("headline") else {
        return Ok(None);
    };
    let headline = match value.get_ref() {
        DeValue::String(word) if word == "time" => Headline::Time,
        DeValue::String(word) if word == "cpu" => Headline::Cpu,
        _ => {
            let problem =
                "`headline` says which question comes first: allowed are \"time\" and \"cpu\"";
            return Err(Mistake::at(value.span(), problem));
        }
    };
    Ok(Some((headline, value.span().start)))
}

/// Refuses a headline of a workload that has no choice of one.
pub(crate) fn check(asked: Option<Asked>, workload: &Workload) -> Result<(), Mistake> {
    let Some((_, offset)) = asked else {
        return Ok(());
    };
    let problem = if workload.is_paced_by_pulses() {
        "a service sends the pulses of this workload, and its headline is the median latency: leave \
         `headline` out"
    } else if workload.serve.is_some() {
        "the headline of a workload that serves is the CPU per request: leave `headline` out"
    } else if workload.rate.is_some() {
        "arrivals set the time of an open loop, and its headline is the CPU per task: leave `headline` out"
    } else {
        return Ok(());
    };
    Err(Mistake::at(offset..offset, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::parse_file;

    const STEPS: &str =
        "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 9\nin_flight = 1\nseed = 1\n";
    const PULSES: &str = "name = \"w\"\nabout = \"\"\nclass = \"coordination\"\ntasks = 9\nin_flight = 1\n\
                          seed = 1\ncoordination = { stall = { period = \"1ms\", hogs = 1, hog = \"9ms\" } }\n";

    fn asked(rest: &str, headline: &str) -> Result<Option<Headline>, String> {
        let text = format!("headline = {headline}\n{rest}");
        let file = parse_file(text.as_bytes(), "w.toml").map_err(|error| error.to_string())?;
        let json = serde_json::to_string(&file.workload).unwrap();
        assert!(!json.contains("headline"), "runners refuse it: {json}");
        Ok(file.headline)
    }

    #[test]
    fn a_headline_is_read_and_is_no_part_of_the_workload() {
        assert_eq!(asked(STEPS, "\"cpu\""), Ok(Some(Headline::Cpu)));
        assert_eq!(asked(STEPS, "\"time\""), Ok(Some(Headline::Time)));
        let plain = parse_file(STEPS.as_bytes(), "w.toml").unwrap();
        assert_eq!(plain.headline, None);
    }

    #[test]
    fn a_headline_that_makes_no_sense_is_refused_at_its_place() {
        let open = format!("{STEPS}rate = \"50/s\"\n");
        let cases = [
            (STEPS, "\"memory\"", "allowed are \"time\" and \"cpu\""),
            (STEPS, "true", "allowed are \"time\" and \"cpu\""),
            (open.as_str(), "\"time\"", "headline is the CPU per task"),
            (open.as_str(), "\"cpu\"", "headline is the CPU per task"),
            (PULSES, "\"cpu\"", "headline is the median latency"),
        ];
        for (rest, headline, expected) in cases {
            let problem = asked(rest, headline).unwrap_err();
            let is_there = problem.starts_with("w.toml:1:12: ") && problem.contains(expected);
            assert!(is_there, "{headline}: {problem}");
        }
    }
}
