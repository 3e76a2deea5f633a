//! Which rounds were disturbed from outside, and when disturbed rounds count after all. A round is what one
//! block runs of one workload. The rule sees what other processes and the processor did, and no time of a
//! variant: to measure again what took long would make differences out of nothing.

use crate::next::Rules;
use crate::round::Round;
use crate::systematic::systematic;

/// What was found in the rounds of a workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbed {
    /// The blocks of the disturbed rounds.
    pub blocks: Vec<u64>,
    /// Variants that other processes disturb time and again: no round is disturbed for their sake.
    pub systematic: Vec<String>,
}

/// Which rounds of a workload were disturbed. All of them are judged anew whenever one is added, because the
/// disturbance that comes with a variant only shows after some.
pub fn disturbed(rounds: &[Round<'_>]) -> Disturbed {
    let causes = systematic(rounds);
    let blocks = rounds
        .iter()
        .filter(|round| round.is_slow || has_other_cause(round, &causes))
        .map(|round| round.block)
        .collect();
    Disturbed {
        blocks,
        systematic: causes,
    }
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
