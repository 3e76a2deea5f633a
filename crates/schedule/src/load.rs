//! Whether there are enough lanes for the rate of an open loop.

use protocol::Workload;

/// The fewest lanes that a workload's rate needs, where that is more than there are: by Little's law the
/// rate times the least time that a task takes, which is the time that it waits. No variant can keep up
/// then, whatever it costs. `None` where there are enough, and in a closed loop.
pub fn lanes_for_rate(workload: &Workload, lanes: u64) -> Option<u64> {
    let per_second = u128::from(workload.rate?.per_second());
    let nanos = per_second * workload.wait_per_task().as_nanos();
    let needed = u64::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(u64::MAX);
    // A run of few tasks has no more of them open at once.
    let at_once = needed.min(workload.tasks);
    (at_once > lanes).then_some(at_once)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(tasks: u64, rate: &str, lanes: u64) -> Option<u64> {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = {tasks}\nin_flight = 9\nseed = 1\n{rate}\
             [[step]]\nhttp-get = {{ bytes = 1, latency = \"20ms\" }}\n"
        );
        let workload = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        lanes_for_rate(&workload, lanes)
    }

    #[test]
    fn a_rate_needs_as_many_lanes_as_arrive_while_a_task_waits() {
        let rate = "rate = \"10000/s\"\n";
        assert_eq!(needed(5000, rate, 199), Some(200));
        assert_eq!(needed(5000, rate, 200), None);
        assert_eq!(needed(150, rate, 100), Some(150));
        assert_eq!(needed(5000, "", 1), None);
    }
}
