//! Which workloads the next block measures, and when to stop: by precision and by time. Of a
//! workload it knows how many blocks there are and how wide its widest interval is, so that
//! neither the sign of a difference nor its p value can decide anything.

use std::time::Duration;

use results::Options;
use verdict::fewest_blocks_for_verdict;
use verdict::signed_rank::LARGEST_SAMPLE;
use verdict::stopping::{Precision, Width};

/// Fewer blocks than this are not worth the name of a comparison.
const FEWEST_BLOCKS: u32 = 12;
/// Of more no interval is computed.
pub const MOST_BLOCKS: u64 = LARGEST_SAMPLE as u64;

/// The blocks that so many comparisons need before any can have a verdict, and no fewer than are
/// worth it.
pub fn fewest_blocks(comparisons: usize) -> u64 {
    u64::from(fewest_blocks_for_verdict(comparisons).max(FEWEST_BLOCKS))
}

/// When a comparison is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Blocks that are measured however long they take.
    pub fewest: u64,
    /// Up to so many blocks all workloads advance together; a verdict needs them all.
    pub together: u64,
    /// No workload has more blocks than this.
    pub most: u64,
    /// Where a workload stops before; `None` where a number of blocks was asked for.
    pub precision: Option<Precision>,
    /// No block begins after this time.
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
}

/// How far a workload has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    pub blocks: u64,
    /// The widest interval of its pairs; `None` where no pair is left to measure.
    pub widest: Option<Width>,
}

impl Reached {
    /// The widest of all pairs counts; one without an interval is wider than any other.
    pub fn of(blocks: u64, widths: impl IntoIterator<Item = Width>) -> Reached {
        let size = |width: &Width| width.half_width.unwrap_or(f64::INFINITY);
        let widest = widths
            .into_iter()
            .max_by(|a, b| size(a).total_cmp(&size(b)));
        Reached { blocks, widest }
    }
}

/// The workloads of the next block, by their places; none when it is over.
pub fn next(rules: &Rules, reached: &[Reached], spent: Duration) -> Vec<usize> {
    let late = rules.budget.is_some_and(|budget| spent >= budget);
    let below = |limit: u64| -> Vec<usize> {
        let limit = limit.min(rules.most);
        let is_below = |at: &usize| reached[*at].blocks < limit;
        (0..reached.len()).filter(is_below).collect()
    };
    let must = below(rules.fewest);
    if late || !must.is_empty() {
        return must;
    }
    let behind = below(rules.together);
    let open = below(rules.most);
    match rules.precision {
        _ if !behind.is_empty() => behind,
        None => open,
        Some(precision) => widest_of(precision, reached, &open).into_iter().collect(),
    }
}

/// The one whose figures are least precise, unless all are precise enough.
fn widest_of(precision: Precision, reached: &[Reached], open: &[usize]) -> Option<usize> {
    let with_width = |at: &usize| Some((*at, reached[*at].widest?));
    let (places, widths): (Vec<usize>, Vec<Width>) = open.iter().filter_map(with_width).unzip();
    let order = precision.widest_first(&widths);
    order.first().map(|first| places[*first])
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
