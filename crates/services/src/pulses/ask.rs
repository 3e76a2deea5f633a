//! What a client asks for: one line, read without trust.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The time between two heartbeats.
const PERIOD_NS: RangeInclusive<u64> = 100_000..=1_000_000_000;
/// The think time: how long after an answer the next byte is sent.
const THINK_NS: RangeInclusive<u64> = 1_000_000..=1_000_000_000;
/// The number of pulses; its upper bound is that of a workload's tasks.
const COUNT: RangeInclusive<u64> = 1..=10_000_000;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// So many heartbeats, one each period.
    Heartbeat { period: Duration, count: u64 },
    /// So many bytes, each so long after the answer to the one before.
    Echo { think: Duration, count: u64 },
}

impl Ask {
    /// Reads a line without its end.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split(' ').collect();
        let [what, nanos, count] = words[..] else {
            return Err(
                "a line is `heartbeat PERIOD_NS COUNT` or `echo THINK_NS COUNT`".to_owned(),
            );
        };
        match what {
            "heartbeat" => Ok(Self::Heartbeat {
                period: Duration::from_nanos(within("PERIOD_NS", nanos, PERIOD_NS)?),
                count: within("COUNT", count, COUNT)?,
            }),
            "echo" => Ok(Self::Echo {
                think: Duration::from_nanos(within("THINK_NS", nanos, THINK_NS)?),
                count: within("COUNT", count, COUNT)?,
            }),
            _ => Err("asked for neither `heartbeat` nor `echo`".to_owned()),
        }
    }
}

fn within(name: &str, text: &str, allowed: RangeInclusive<u64>) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => {
            let (least, most) = allowed.into_inner();
            Err(format!("{name}: allowed are {least} to {most}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzz;

    #[test]
    fn both_lines_are_read() {
        let (period, think) = (Duration::from_millis(1), Duration::from_millis(2));
        let heartbeat = Ask::Heartbeat { period, count: 5 };
        assert_eq!(Ask::parse("heartbeat 1000000 5"), Ok(heartbeat));
        assert_eq!(
            Ask::parse("echo 2000000 1"),
            Ok(Ask::Echo { think, count: 1 })
        );
    }

    proptest! {
        #![proptest_config(fuzz::config())]

        #[test]
        fn any_line_is_read_within_bounds_or_refused(
            line in "(heartbeat|echo|x)?( ?[0-9+-]{0,9}){0,3}|\\PC{0,40}",
        ) {
            if let Ok(Ask::Heartbeat { period: time, count } | Ask::Echo { think: time, count }) =
                Ask::parse(&line)
            {
                prop_assert!(COUNT.contains(&count));
                prop_assert!(PERIOD_NS.contains(&(time.as_nanos() as u64)));
            }
        }
    }

    #[test]
    fn what_is_no_such_line_is_refused_with_a_reason() {
        let cases = [
            ("", "a line is"),
            ("heartbeat 1000000", "a line is"),
            ("heartbeat 1000000 5 6", "a line is"),
            ("tick 1000000 5", "neither"),
            ("heartbeat 99999 5", "PERIOD_NS: allowed are 100000"),
            ("heartbeat -1 5", "PERIOD_NS"),
            ("echo 999999 5", "THINK_NS: allowed are 1000000"),
            ("echo 1000000 0", "COUNT: allowed are 1 to 10000000"),
            ("echo 1000000 99999999999999999999", "COUNT"),
        ];
        for (line, why) in cases {
            let refusal = Ask::parse(line).unwrap_err();
            assert!(refusal.contains(why), "{line:?}: {refusal}");
        }
    }
}
