//! Fitting a comparison into its budget by dropping the variants that cost most. A variant that is slow
//! at one workload is dropped there and stays elsewhere.

use std::time::Duration;

/// The cost of one variant at one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The index of the workload in the plan.
    pub workload: usize,
    /// `model/variant`.
    pub variant: String,
    /// The time that it takes in every block: one run, or two of the reference, start and end included.
    pub each_block: Duration,
    /// Whether it is never dropped: the reference, and what was asked for by name.
    pub must_stay: bool,
    /// Whether the quick profile runs it; such variants are dropped after all others.
    pub quick: bool,
}

/// The workloads, by index, and variants to drop so that this many blocks fit into the budget, in the
/// order in which they are dropped.
pub fn left_out(costs: &[Cost], blocks: u64, budget: Duration) -> Vec<(usize, String)> {
    let blocks = u32::try_from(blocks).unwrap_or(u32::MAX);
    let mut each_block: Duration = costs.iter().map(|cost| cost.each_block).sum();
    let mut candidates: Vec<&Cost> = costs.iter().filter(|cost| !cost.must_stay).collect();
    candidates.sort_by_key(|cost| (cost.quick, std::cmp::Reverse(cost.each_block)));
    // Blocks are never dropped: with too few of them no comparison gets a verdict, while without some
    // variants the others still do. The most expensive go first, so that the fewest go.
    let mut dropped = Vec::new();
    for candidate in candidates {
        if each_block.saturating_mul(blocks) <= budget {
            break;
        }
        each_block -= candidate.each_block;
        dropped.push((candidate.workload, candidate.variant.clone()));
    }
    dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(workload: usize, variant: &str, seconds: u64, must_stay: bool, quick: bool) -> Cost {
        let each_block = Duration::from_secs(seconds);
        Cost {
            workload,
            variant: variant.to_owned(),
            each_block,
            must_stay,
            quick,
        }
    }

    #[test]
    fn the_dearest_that_are_not_quick_go_first_and_only_as_many_as_needed() {
        let costs = [
            cost(0, "reference", 3, true, true),
            cost(0, "quick", 3, false, true),
            cost(1, "quick", 1, false, true),
            cost(0, "slow", 9, false, false),
            cost(1, "slow", 1, false, false),
        ];
        let fits = |seconds| {
            let dropped = left_out(&costs, 10, Duration::from_secs(seconds));
            let shown = dropped
                .iter()
                .map(|(workload, variant)| format!("{variant}@{workload}"));
            shown.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(fits(170), "");
        assert_eq!(fits(169), "slow@0");
        assert_eq!(fits(70), "slow@0 slow@1");
        assert_eq!(fits(45), "slow@0 slow@1 quick@0");
        assert_eq!(fits(1), "slow@0 slow@1 quick@0 quick@1");
    }
}
