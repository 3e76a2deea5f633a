//! How precisely the figure of a test is known: the only thing that decides whether its loads are measured in
//! further blocks. Neither the figure nor its threshold can be had from it.

use results::{Estimate, Placement};
use verdict::crossover::fewest_blocks;

use crate::book::{Book, Column, Test};
use crate::estimate::estimate;
use crate::evidence::Evidence;
use crate::figure::{Figure, Metric};
use crate::plan::{Sides, sides};

/// The relative half-width of the figure of a test in a column, as far as the blocks of this placement make it;
/// infinite where there is no interval yet, and `None` where further blocks of it would not help.
pub(crate) fn half_width(
    book: &Book,
    test: &Test,
    column: Column,
    placement: Placement,
    evidence: &Evidence,
) -> Option<f64> {
    let arms = sides(book, test, column)?;
    if !narrows(test) {
        return None;
    }
    if is_within(&arms, placement) {
        // What failed or is missing has no figure, however often the rest is measured.
        let estimated = estimate(book, test, column, evidence).ok()?;
        if test.figure == Figure::Crossover {
            let levels = test.further_levels.len() + 1;
            return ((estimated.blocks as u64) < u64::from(fewest_blocks(levels)))
                .then_some(f64::INFINITY);
        }
        return half_width_of(estimated.interval);
    }
    // Of two placements each has a median of its own. The interval of their ratio is as wide as both together,
    // so that each may be half as wide.
    let side = arms.sides().find(|side| side.arm.placement == placement)?;
    let samples = evidence.samples(&side.arm, test.metric).ok()?;
    let values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
    half_width_of(Estimate::of(&values)?.interval).map(|half_width| 2.0 * half_width)
}

/// Whether further blocks make the interval of such a figure narrower.
fn narrows(test: &Test) -> bool {
    match test.figure {
        Figure::SpeedUp | Figure::Ratio => true,
        // A crossover is located between levels that lie far apart, and needs a number of blocks for it.
        Figure::Crossover => true,
        // Shares and rates of one arm come to a fixed value. The latency of one that waits for its turn is
        // spread over the length of a turn, and what must never happen is counted.
        Figure::Value => matches!(
            test.metric,
            Metric::Cores | Metric::CpuShare | Metric::OwnerChanges | Metric::GivenUp
        ),
        Figure::Lines => false,
    }
}

fn is_within(arms: &Sides, placement: Placement) -> bool {
    arms.arms().all(|arm| arm.placement == placement)
}

/// The x of "± x" on the scale of logarithms; `None` where a bound is not above zero, so that it has none.
fn half_width_of(interval: Option<(f64, f64)>) -> Option<f64> {
    let Some((lower, upper)) = interval else {
        return Some(f64::INFINITY);
    };
    (lower > 0.0).then(|| (upper / lower).sqrt() - 1.0)
}
