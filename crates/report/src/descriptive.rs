//! The lines of the legend about figures that have no verdict: latencies, memory, and whatever has no ratio.

use results::{MemoryEstimate, MemorySummary, WorkloadSummary};
use terminal::counted;

/// That latencies and memory are descriptive, and how many runs memory is of. `shows_spread` tells whether a
/// table shows how far runs lie apart.
pub(crate) fn descriptive(summaries: &[WorkloadSummary], shows_spread: bool) -> String {
    let about = "figures without a ratio, such as p99 and memory, are descriptive: no verdict";
    let memories: Vec<&MemoryEstimate> = summaries
        .iter()
        .flat_map(|summary| &summary.variants)
        .filter_map(|variant| variant.memory.as_ref().and_then(MemorySummary::known))
        .collect();
    let runs = memories.iter().map(|memory| memory.runs as u64);
    let (Some(fewest), Some(most)) = (runs.clone().min(), runs.max()) else {
        return about.to_owned();
    };
    let has_range = memories
        .iter()
        .any(|memory| memory.interval.is_none() && memory.range.is_some());
    let range = if shows_spread && has_range {
        " (least to most: their range)"
    } else {
        ""
    };
    let of = match (fewest, most) {
        (1, 1) => "one run".to_owned(),
        (fewest, most) if fewest == most => format!("median of {}", counted(most, "run")),
        (fewest, most) => format!("median of {fewest} to {}", counted(most, "run")),
    };
    format!("{about}\nmemory: {of}{range}")
}

#[cfg(test)]
mod tests {
    use results::VariantSummary;

    use super::*;

    fn told(runs: &[&[u64]], shows_spread: bool) -> String {
        let of = |runs: &&[u64]| VariantSummary {
            memory: MemoryEstimate::of(runs).map(MemorySummary::Known),
            ..VariantSummary::default()
        };
        let summary = WorkloadSummary {
            variants: runs.iter().map(of).collect(),
            ..WorkloadSummary::default()
        };
        let line = descriptive(&[summary], shows_spread);
        line.split_once("no verdict").unwrap().1.to_owned()
    }

    #[test]
    fn the_runs_that_memory_is_of_are_told() {
        assert_eq!(told(&[], true), "");
        assert_eq!(told(&[&[5], &[7]], true), "\nmemory: one run");
        let three = "\nmemory: median of 3 runs";
        assert_eq!(told(&[&[5, 6, 7]], false), three);
        let range = " (least to most: their range)";
        assert_eq!(told(&[&[5, 6, 7]], true), format!("{three}{range}"));
        let mixed = "\nmemory: median of 1 to 3 runs";
        assert_eq!(told(&[&[5, 6, 7], &[9]], false), mixed);
        let six = "\nmemory: median of 6 runs";
        assert_eq!(told(&[&[1, 2, 3, 4, 5, 6]], true), six);
    }
}
