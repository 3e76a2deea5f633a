//! The stopping rule: which workloads the next block measures, and when to stop, by precision and by
//! time.
//!
//! The rule sees the number of blocks of a workload and the width of its widest interval. Stopping on the
//! sign of a difference or on its p value would make differences appear where there are none.

use std::time::Duration;

use results::Options;
use verdict::fewest_blocks_for_verdict;
use verdict::signed_rank::LARGEST_SAMPLE;
use verdict::stopping::{Precision, Width};

/// The fewest blocks of a comparison, even where a verdict on a single pair would need fewer.
const FEWEST_BLOCKS: u32 = 12;
/// The most blocks of a comparison: the interval of a ratio is computed from all pairs of blocks, which
/// beyond this many take too much memory.
pub const MOST_BLOCKS: u64 = LARGEST_SAMPLE as u64;

/// The fewest blocks with which a family of this many comparisons can have verdicts after the Holm
/// correction.
pub fn fewest_blocks(comparisons: usize) -> u64 {
    u64::from(fewest_blocks_for_verdict(comparisons).max(FEWEST_BLOCKS))
}

/// The limits that decide when a comparison is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Blocks that are measured however long they take.
    pub fewest: u64,
    /// Blocks that every workload gets before any may stop: a verdict needs that many.
    pub together: u64,
    /// The most blocks of a workload.
    pub most: u64,
    /// The precision at which a workload stops early; `None` where a number of blocks was asked for.
    pub precision: Option<Precision>,
    /// No block begins after this time, but for the fewest.
    pub budget: Option<Duration>,
}

impl Rules {
    /// The rules that a stored comparison was made by.
    pub fn of(options: &Options) -> Rules {
        Rules {
            fewest: options.fewest_blocks,
            together: options.blocks_together,
            most: options.blocks,
            precision: options.precision.and_then(|half| Precision::new(half).ok()),
            budget: options.budget_ms.map(Duration::from_millis),
        }
    }

    /// Whether an interval of this width is as narrow as was asked for.
    pub fn is_precise(&self, width: Width) -> bool {
        self.precision
            .is_some_and(|precision| precision.is_reached(width))
    }

    /// Whether the time is up after so much of it.
    pub fn is_late(&self, spent: Duration) -> bool {
        self.budget.is_some_and(|budget| spent >= budget)
    }
}

/// The progress of a workload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// Blocks that are measured.
    pub blocks: u64,
    /// The widest interval of its pairs; `None` where every pair has failed or was dropped.
    pub widest: Option<Width>,
}

impl Reached {
    /// The progress of a workload of which the pairs have these widths.
    pub fn of(blocks: u64, widths: impl IntoIterator<Item = Width>) -> Reached {
        // A workload is precise only when all of its pairs are.
        let widest = widths
            .into_iter()
            .max_by(|a, b| size(a).total_cmp(&size(b)));
        Reached { blocks, widest }
    }
}

/// The half-width of an interval; a pair without one is wider than any other.
fn size(width: &Width) -> f64 {
    width.half_width.unwrap_or(f64::INFINITY)
}

/// The indices of the workloads that the next block measures; none when the comparison is over. `spent`
/// is the time since the first measured block.
pub fn next(rules: &Rules, reached: &[Reached], spent: Duration) -> Vec<usize> {
    let must = below(reached, rules.fewest.min(rules.most));
    if rules.is_late(spent) || !must.is_empty() {
        return must;
    }
    // All workloads advance together until each can have a verdict. After that every block goes to the
    // workload that needs it most, since all share one budget.
    let behind = below(reached, rules.together.min(rules.most));
    if !behind.is_empty() {
        return behind;
    }
    let open = below(reached, rules.most);
    match rules.precision {
        None => open,
        Some(precision) => widest_of(precision, reached, &open).into_iter().collect(),
    }
}

/// The indices of the workloads with fewer blocks than this.
fn below(reached: &[Reached], limit: u64) -> Vec<usize> {
    (0..reached.len())
        .filter(|index| reached[*index].blocks < limit)
        .collect()
}

/// The index of the open workload whose figures are least precise; `None` where all are precise enough.
fn widest_of(precision: Precision, reached: &[Reached], open: &[usize]) -> Option<usize> {
    let (indices, widths): (Vec<usize>, Vec<Width>) = open
        .iter()
        .filter_map(|index| Some((*index, reached[*index].widest?)))
        .unzip();
    let order = precision.widest_first(&widths);
    order.first().map(|first| indices[*first])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(blocks: u64, half_width: f64) -> Reached {
        let width = Width {
            blocks: u32::try_from(blocks).unwrap(),
            half_width: Some(half_width),
        };
        Reached::of(blocks, [width])
    }

    const RULES: Rules = Rules {
        fewest: 2,
        together: 12,
        most: 30,
        precision: None,
        budget: Some(Duration::from_secs(100)),
    };

    fn precise() -> Rules {
        Rules {
            precision: Some(Precision::default()),
            ..RULES
        }
    }

    fn chosen(rules: &Rules, reached: &[Reached], seconds: u64) -> Vec<usize> {
        next(rules, reached, Duration::from_secs(seconds))
    }

    #[test]
    fn a_number_of_blocks_is_a_number_of_blocks() {
        let reached = [at(29, 0.001), at(29, 0.5)];
        assert_eq!(chosen(&RULES, &reached, 99), [0, 1]);
        assert!(chosen(&RULES, &[at(30, 0.5), at(30, 0.5)], 0).is_empty());
    }

    #[test]
    fn nobody_stops_before_a_verdict_is_possible() {
        assert_eq!(chosen(&precise(), &[at(11, 0.0), at(11, 0.5)], 0), [0, 1]);
        assert_eq!(chosen(&precise(), &[at(12, 0.0), at(11, 0.5)], 0), [1]);
    }

    #[test]
    fn the_widest_goes_first_and_the_precise_stop() {
        let reached = [at(12, 0.03), at(15, 0.05), at(12, 0.02), at(30, 0.9)];
        assert_eq!(chosen(&precise(), &reached, 0), [1]);
        let reached = [at(12, 0.03), at(20, 0.02), at(12, 0.02), at(30, 0.9)];
        assert_eq!(chosen(&precise(), &reached, 0), [0]);
        assert!(chosen(&precise(), &[at(12, 0.02), at(30, 0.9)], 0).is_empty());
    }

    #[test]
    fn time_ends_everything_but_the_fewest_blocks() {
        assert_eq!(chosen(&precise(), &[at(1, 0.5), at(2, 0.5)], 100), [0]);
        assert!(chosen(&precise(), &[at(2, 0.5), at(2, 0.5)], 100).is_empty());
        assert!(chosen(&RULES, &[at(2, 0.5)], 100).is_empty());
    }

    #[test]
    fn a_workload_without_a_pair_left_stops_once_blocks_are_enough() {
        let lonely = Reached::of(12, []);
        assert!(chosen(&precise(), &[lonely], 0).is_empty());
    }

    #[test]
    fn a_pair_without_an_interval_is_the_widest() {
        let none = Width {
            blocks: 3,
            half_width: None,
        };
        let known = Width {
            blocks: 9,
            half_width: Some(0.5),
        };
        assert_eq!(Reached::of(9, [known, none, known]).widest, Some(none));
    }
}
