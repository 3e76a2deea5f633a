//! Which rounds were disturbed from outside, and when disturbed rounds count after all. A round is what one
//! block runs of one workload. The rule sees what other processes and the processor did, and no time of a
//! variant: to measure again what took long would make differences out of nothing.

use results::Others;
use verdict::median;

use crate::next::Rules;
use crate::round::Round;
use crate::systematic::systematic;

/// Other processes may have this part of the processors before a run counts as disturbed.
pub const DISTURBED_SHARE: f64 = 0.1;
/// A disturbed run also lost at least this much processor time, in nanoseconds. The system counts time
/// by samples and misses by a few steps of 10 ms, which is more than a tenth of a short run.
const LEAST_NS: u64 = 50_000_000;
/// The control computation of a disturbed block takes this many times as long as is typical.
const SLOW: f64 = 1.2;
/// What is typical is the median of this many blocks before, so that a machine that has become slower for
/// good is soon taken as it is.
const CONTROLS: usize = 9;
/// The fewest blocks of which the median is typical.
const FEWEST_CONTROLS: usize = 5;

/// What was found in the rounds of a workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbed {
    /// The blocks of the disturbed rounds.
    pub blocks: Vec<u64>,
    /// Variants that other processes disturb time and again: no round is disturbed for their sake.
    pub systematic: Vec<String>,
}

/// Whether other processes had so much processor time during a run that it is disturbed; `None` where it is
/// not known. Time stolen by a hypervisor is part of theirs.
pub fn is_disturbed(others: &Others) -> Option<bool> {
    match others {
        Others::Had { busy_ns, of_ns } => {
            Some(*busy_ns >= LEAST_NS && *busy_ns as f64 > DISTURBED_SHARE * *of_ns as f64)
        }
        Others::Unavailable(_) => None,
    }
}

/// Whether the control computation of a block took much longer than in the blocks before it, in
/// nanoseconds and in the order of the blocks.
pub fn is_slow(before: &[u64], control_ns: u64) -> bool {
    if before.len() < FEWEST_CONTROLS {
        return false;
    }
    let last = &before[before.len().saturating_sub(CONTROLS)..];
    let controls: Vec<f64> = last.iter().map(|nanos| *nanos as f64).collect();
    median(&controls).is_ok_and(|typical| control_ns as f64 > SLOW * typical)
}

/// Which rounds of a workload were disturbed. All of them are judged anew whenever one is added, because the
/// disturbance that comes with a variant only shows after some.
pub fn disturbed(rounds: &[Round<'_>]) -> Disturbed {
    let systematic = systematic(rounds);
    let blocks = rounds
        .iter()
        .filter(|round| round.is_slow || has_other_cause(round, &systematic))
        .map(|round| round.block)
        .collect();
    Disturbed { blocks, systematic }
}

/// Whether a run of a round is disturbed for another reason than that one of these variants is.
fn has_other_cause(round: &Round<'_>, systematic: &[String]) -> bool {
    // A variant may wake a process that goes on when the variant has ended: the disturbed runs that follow
    // one upon the other are its doing too.
    let mut follows = false;
    for run in &round.runs {
        let is_cause = systematic.iter().any(|name| name == run.variant);
        match run.is_disturbed {
            Some(true) if follows || is_cause => follows = true,
            Some(true) => return true,
            _ => follows = false,
        }
    }
    false
}

/// Whether the disturbed rounds of a workload count after all: there are more of them than rounds were
/// planned, or the time is up and the others are too few for a verdict.
pub fn all_count(rules: &Rules, disturbed: u64, undisturbed: u64, is_late: bool) -> bool {
    disturbed > rules.most || (is_late && undisturbed < rules.together.min(rules.most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::round::Watched;

    fn round(block: u64, runs: &[(&'static str, bool)]) -> Round<'static> {
        let runs = runs.iter().map(|(variant, is_disturbed)| Watched {
            variant,
            is_disturbed: Some(*is_disturbed),
        });
        Round {
            block,
            is_slow: false,
            runs: runs.collect(),
        }
    }

    #[test]
    fn a_run_is_disturbed_by_a_tenth_of_the_processors_and_not_by_a_few_ticks() {
        let had = |busy_ns, of_ns| is_disturbed(&Others::Had { busy_ns, of_ns });
        assert_eq!(had(70_000_000, 600_000_000), Some(true));
        assert_eq!(had(60_000_000, 600_000_000), Some(false));
        assert_eq!(had(40_000_000, 200_000_000), Some(false));
        assert_eq!(is_disturbed(&Others::Unavailable(String::new())), None);
    }

    #[test]
    fn a_processor_is_slow_beside_the_blocks_before_and_not_for_ever() {
        let ms = |count: usize, each: u64| vec![each * 1_000_000; count];
        assert!(!is_slow(&ms(4, 50), 90_000_000), "too few to know");
        assert!(!is_slow(&ms(5, 50), 60_000_000));
        assert!(is_slow(&ms(5, 50), 60_000_001));
        let slower_for_good = [ms(20, 50), ms(4, 80)].concat();
        assert!(is_slow(&slower_for_good, 80_000_000));
        let slower_for_good = [ms(20, 50), ms(5, 80)].concat();
        assert!(!is_slow(&slower_for_good, 80_000_000));
    }

    #[test]
    fn one_disturbed_run_or_a_slow_processor_makes_a_disturbed_round() {
        let quiet = round(2, &[("a/a", false), ("a/b", false), ("a/a", false)]);
        let hit = round(3, &[("a/a", false), ("a/b", true), ("a/a", false)]);
        let slow = Round {
            block: 4,
            is_slow: true,
            ..quiet.clone()
        };
        assert_eq!(disturbed(&[quiet, hit, slow]).blocks, [3, 4]);
        let unknown = Watched {
            variant: "a/a",
            is_disturbed: None,
        };
        let unknown = Round {
            block: 5,
            is_slow: false,
            runs: vec![unknown; 3],
        };
        assert!(disturbed(&[unknown]).blocks.is_empty());
    }

    #[test]
    fn what_a_variant_brings_and_what_follows_it_disturbs_no_round() {
        let noisy = |block| {
            round(
                block,
                &[("a/a", false), ("a/b", true), ("a/a", true), ("a/c", false)],
            )
        };
        let mut rounds: Vec<Round<'_>> = (2..14).map(noisy).collect();
        rounds.push(round(
            14,
            &[("a/c", true), ("a/a", false), ("a/b", true), ("a/a", false)],
        ));
        let found = disturbed(&rounds);
        assert_eq!(found.systematic, ["a/b"]);
        assert_eq!(found.blocks, [14], "another process, before it");
    }

    #[test]
    fn disturbed_rounds_count_where_they_are_too_many() {
        let rules = Rules {
            fewest: 6,
            together: 12,
            most: 30,
            precision: None,
            budget: None,
        };
        assert!(!all_count(&rules, 30, 0, false));
        assert!(all_count(&rules, 31, 0, false));
        assert!(all_count(&rules, 1, 11, true));
        assert!(!all_count(&rules, 30, 12, true));
    }
}
