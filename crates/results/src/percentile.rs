//! Percentiles of the latencies of one run, or of several.

use std::collections::BTreeMap;

/// The fewest tasks of a run for which a 99.9th percentile is given: with fewer than ten tasks beyond it,
/// it is hardly more than the maximum.
pub const TASKS_FOR_P999: u64 = 10_000;

/// The smallest latency in nanoseconds that at least this fraction of the tasks stays within; `None`
/// without a task. `latency` is as runners report it: nanoseconds and how many tasks took them, ascending.
pub fn percentile(latency: &[(u64, u64)], fraction: f64) -> Option<u64> {
    // Counts come from a file, so that their sum may be too large for the type.
    let counts = latency.iter().map(|(_, count)| *count);
    let total = counts.fold(0, u64::saturating_add);
    // A latency that occurred is given and nothing between two of them, since runners report buckets
    // whose width says how exact the figure is. The 0th percentile is the smallest latency.
    let wanted = (total as f64 * fraction).ceil().max(1.0) as u64;
    let mut seen: u64 = 0;
    latency.iter().find_map(|(nanos, count)| {
        seen = seen.saturating_add(*count);
        (seen >= wanted).then_some(*nanos)
    })
}

/// The latencies of several runs together, in the form that each of them has: nanoseconds and how many tasks
/// took them, ascending.
pub fn merged<'a>(runs: impl IntoIterator<Item = &'a [(u64, u64)]>) -> Vec<(u64, u64)> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for (nanos, count) in runs.into_iter().flatten() {
        let all = counts.entry(*nanos).or_default();
        *all = all.saturating_add(*count);
    }
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_latency_that_occurred() {
        let latency = [(10, 50), (20, 49), (30, 1)];
        let found = [0.0, 0.5, 0.51, 0.99, 0.991, 1.0].map(|p| percentile(&latency, p));
        assert_eq!(found.map(Option::unwrap), [10, 10, 20, 20, 30, 30]);
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn latencies_of_several_runs_are_added() {
        let runs: [&[(u64, u64)]; 2] = [&[(10, 1), (30, u64::MAX)], &[(20, 2), (30, 4)]];
        assert_eq!(merged(runs), [(10, 1), (20, 2), (30, u64::MAX)]);
    }
}
