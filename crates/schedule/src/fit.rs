//! What is left out so that enough blocks fit into the time: variants are dropped, never blocks,
//! because too few blocks give no verdict on anything. A variant that is slow at one workload is
//! dropped there and stays elsewhere.

use std::time::Duration;

/// What one variant costs at one workload in every block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The workload's place in the plan.
    pub workload: usize,
    pub variant: String,
    /// One run, start and end included; two of the reference.
    pub each_block: Duration,
    /// The reference and what was asked for by name stay.
    pub must_stay: bool,
    /// What the quick profile runs stays longer than the rest.
    pub quick: bool,
}

/// The places and variants to leave out, the first to go first: the dearest of what may go.
pub fn left_out(costs: &[Cost], blocks: u64, budget: Duration) -> Vec<(usize, String)> {
    let blocks = u32::try_from(blocks).unwrap_or(u32::MAX);
    let mut each_block: Duration = costs.iter().map(|cost| cost.each_block).sum();
    let mut candidates: Vec<&Cost> = costs.iter().filter(|cost| !cost.must_stay).collect();
    candidates.sort_by_key(|cost| (cost.quick, std::cmp::Reverse(cost.each_block)));
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
