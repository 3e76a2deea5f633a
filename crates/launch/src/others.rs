//! How much of the processors others had during a run: whether it was disturbed is judged by the
//! report. The run-queue wait of a model's own threads cannot answer that: it ends with the
//! threads, which are gone at `done`, and a model that runs more threads than there are processors
//! waits for itself. So this counts what was busy on the processors that this process may use, time
//! stolen by a hypervisor included, and takes off what the model and its services had.

use std::fs;
use std::time::{Duration, Instant};

use results::Others;

use super::machine::processors;

/// The unit of `/proc/stat`: a hundredth of a second on every architecture that is built for.
const TICK: Duration = Duration::from_millis(10);
/// A shorter time has too few ticks to say anything.
const SHORTEST: Duration = Duration::from_millis(100);

/// A reading of the machine's counters.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    at: Instant,
    busy_ticks: Option<u64>,
}

impl Reading {
    /// As they are now.
    pub fn now() -> Reading {
        let stat = fs::read_to_string("/proc/stat").ok();
        Reading {
            at: Instant::now(),
            busy_ticks: stat.and_then(|text| busy(&text, processors())),
        }
    }

    /// What others had between two readings, in which the run itself had `own_ns`.
    pub fn others_until(&self, end: &Reading, own_ns: u64) -> Others {
        let window = end.at.saturating_duration_since(self.at);
        let Some((before, after)) = self.busy_ticks.zip(end.busy_ticks) else {
            return Others::Unavailable(
                "/proc/stat does not count just the processors that this process may use"
                    .to_owned(),
            );
        };
        if window < SHORTEST {
            return Others::Unavailable(format!(
                "the run was over within {} ms, and processors are counted in steps of {} ms",
                SHORTEST.as_millis(),
                TICK.as_millis()
            ));
        }
        let busy = nanos(TICK).saturating_mul(after.saturating_sub(before));
        Others::Had {
            busy_ns: busy.saturating_sub(own_ns),
            of_ns: nanos(window).saturating_mul(processors()),
        }
    }
}

/// Busy ticks of all processors, if these are as many as this process may use: the counters of a
/// larger machine would show what disturbed nobody.
fn busy(stat: &str, usable: u64) -> Option<u64> {
    let lines = stat.lines().filter(|line| is_of_one(line));
    let (mut total, mut seen) = (0, 0);
    for line in lines {
        let fields = line.split_whitespace().skip(1);
        let fields: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
        // user, nice, system; not idle, not iowait; irq, softirq, steal. Guests are in user.
        total += [0, 1, 2, 5, 6, 7]
            .map(|at| fields.get(at).copied().unwrap_or(0))
            .iter()
            .sum::<u64>();
        seen += 1;
    }
    (seen == usable).then_some(total)
}

fn is_of_one(line: &str) -> bool {
    let number = line.strip_prefix("cpu");
    number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  30 3 6 900 8 2 4 6 0 0\ncpu0 10 1 2 400 3 1 2 3 5 0\n\
                        cpu1 20 2 4 500 5 1 2 3 5 0\nintr 5\n";

    fn reading(at: Instant, busy_ticks: Option<u64>) -> Reading {
        Reading { at, busy_ticks }
    }

    #[test]
    fn waiting_is_not_busy_and_stolen_time_is() {
        assert_eq!(busy(STAT, 2), Some(51));
        assert_eq!(busy(STAT, 1), None, "half of the machine is not ours");
        assert_eq!(busy("", 2), None);
    }

    #[test]
    fn what_the_run_had_is_not_others() {
        let start = Instant::now();
        let end = reading(start + Duration::from_millis(200), Some(130));
        let others = reading(start, Some(100)).others_until(&end, 250_000_000);
        let of_ns = 200_000_000 * processors();
        let busy_ns = 50_000_000;
        assert_eq!(others, Others::Had { busy_ns, of_ns });
        let none = reading(start, Some(100)).others_until(&end, 900_000_000);
        assert_eq!(none, Others::Had { busy_ns: 0, of_ns });
    }

    #[test]
    fn what_cannot_be_told_is_said() {
        let start = Instant::now();
        let soon = reading(start + Duration::from_millis(99), Some(130));
        let later = reading(start + Duration::from_millis(200), None);
        for (end, why) in [(soon, "within 100 ms"), (later, "/proc/stat")] {
            let others = reading(start, Some(100)).others_until(&end, 0);
            assert!(matches!(others, Others::Unavailable(text) if text.contains(why)));
        }
    }
}
