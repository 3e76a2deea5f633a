//! Percentiles of one run's latencies, as runners report them: `[nanoseconds, count]`, ascending.

/// Under this many tasks a run the 99.9th percentile is hardly more than the maximum.
pub const TASKS_FOR_P999: u64 = 10_000;

/// The smallest latency that at least this fraction of the tasks stays within.
pub fn percentile(latency: &[(u64, u64)], fraction: f64) -> Option<u64> {
    let total: u64 = latency.iter().map(|(_, count)| count).sum();
    let wanted = (total as f64 * fraction).ceil().max(1.0) as u64;
    let mut seen = 0;
    latency.iter().find_map(|(nanos, count)| {
        seen += count;
        (seen >= wanted).then_some(*nanos)
    })
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
}
