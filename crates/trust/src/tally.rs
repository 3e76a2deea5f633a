//! Counts of the verdicts of real comparisons, by variant, workload and truth.

use serde::Serialize;

use crate::case::Case;
use crate::state::{Compared, State};

/// The names of the verdicts with the signs `+` and `-`.
const HINTS: [&str; 4] = [
    "likely-faster",
    "slightly-faster",
    "slightly-slower",
    "likely-slower",
];

/// The verdicts on the comparisons of one kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tally {
    pub(crate) variant: String,
    pub(crate) workload: String,
    /// The true difference: `A/A`, or `+10 %`.
    pub(crate) truth: &'static str,
    pub(crate) blocks: u64,
    pub(crate) comparisons: usize,
    pub(crate) faster: usize,
    pub(crate) slower: usize,
    pub(crate) slight: usize,
    /// The least ratio, the median and the largest.
    pub(crate) ratios: String,
}

impl Tally {
    fn new(state: &State, case: &Case, injected: bool, times: u64, blocks: u64) -> Tally {
        // An earlier call may have been asked for more comparisons. Those are left out, so that the
        // same command shows the same table.
        let done: Vec<&Compared> = state
            .compared()
            .filter(|one| {
                one.variant == case.variant
                    && one.workload == case.workload
                    && one.injected == injected
                    && one.number < times
            })
            .collect();
        Tally {
            variant: case.variant.clone(),
            workload: case.workload.clone(),
            truth: if injected { "+10 %" } else { "A/A" },
            blocks,
            comparisons: done.len(),
            faster: count(&done, &["faster"]),
            slower: count(&done, &["slower"]),
            slight: count(&done, &HINTS),
            ratios: range(done.iter().map(|one| one.ratio).collect()),
        }
    }
}

/// The tally of each case without and with the injected difference, over the first `times`
/// comparisons of each.
pub(crate) fn tallies(state: &State, cases: &[Case], times: u64, blocks: u64) -> Vec<Tally> {
    cases
        .iter()
        .flat_map(|case| [(case, false), (case, true)])
        .map(|(case, injected)| Tally::new(state, case, injected, times, blocks))
        .collect()
}

fn count(done: &[&Compared], verdicts: &[&str]) -> usize {
    done.iter()
        .filter(|one| verdicts.contains(&one.verdict.as_str()))
        .count()
}

fn range(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    match (ratios.first(), verdict::median(&ratios), ratios.last()) {
        (Some(least), Ok(middle), Some(most)) => format!("{least:.3} … {middle:.3} … {most:.3}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::marked;
    use crate::state::Entry;

    #[test]
    fn verdicts_of_a_kind_are_counted_and_later_ones_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(&folder.path().join("s.jsonl")).unwrap();
        for (number, verdict, ratio) in [
            (0, "slower", 1.1),
            (1, "slightly-slower", 1.08),
            (2, "slower", 1.2),
        ] {
            let compared = Compared {
                variant: "threads/pool".to_owned(),
                workload: "sha256".to_owned(),
                injected: true,
                number,
                ratio,
                interval: None,
                p_value: 0.001,
                verdict: verdict.to_owned(),
            };
            state.add(Entry::Comparison(compared)).unwrap();
        }
        let tallies = tallies(&state, &marked(), 2, 20);
        assert_eq!(tallies.len(), 4);
        assert_eq!(
            (tallies[1].comparisons, tallies[1].slower, tallies[1].slight),
            (2, 1, 1)
        );
        assert_eq!(tallies[1].ratios, "1.080 … 1.090 … 1.100");
        assert_eq!(tallies[0].comparisons, 0);
    }
}
