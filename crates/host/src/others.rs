//! How much processor time others had during a run, by which a disturbed run is recognised.
//!
//! It is the busy time of the processors that this process may use, time stolen by a hypervisor
//! included, less what the model and its services had. The run-queue wait of the model's own threads
//! would not do: it is gone with the threads at `done`, and a model with more threads than there are
//! processors waits for itself.

use std::fs;
use std::time::{Duration, Instant};

use results::Others;

use crate::machine::processors;

/// The unit of `/proc/stat` (`USER_HZ`): a hundredth of a second on every architecture that is built
/// for.
const TICK: Duration = Duration::from_millis(10);
/// The shortest run that is judged: ten ticks for each processor.
const SHORTEST: Duration = Duration::from_millis(100);

/// A reading of the machine's counters.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    taken: Instant,
    busy_ticks: Option<u64>,
}

impl Reading {
    /// The counters as they are now.
    pub fn now() -> Reading {
        let stat = fs::read_to_string("/proc/stat").ok();
        Reading {
            taken: Instant::now(),
            busy_ticks: stat.and_then(|text| busy(&text, processors())),
        }
    }

    /// The processor time that others had between two readings, in which the run itself had `own_ns`
    /// nanoseconds.
    pub fn others_until(&self, end: &Reading, own_ns: u64) -> Others {
        let window = end.taken.saturating_duration_since(self.taken);
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
    let (mut total, mut seen) = (0, 0);
    for line in stat.lines().filter(|line| is_of_one_processor(line)) {
        let fields = line.split_whitespace().skip(1);
        let fields: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
        // Fields 0 to 2 are user, nice and system, 5 to 7 irq, softirq and steal. Fields 3 and 4, idle
        // and iowait, are not busy; the guest fields from 8 on are contained in user and nice.
        total += [0, 1, 2, 5, 6, 7]
            .map(|field: usize| fields.get(field).copied().unwrap_or(0))
            .iter()
            .sum::<u64>();
        seen += 1;
    }
    (seen == usable).then_some(total)
}

/// Whether a line of `/proc/stat` is about one processor, and not about all of them.
fn is_of_one_processor(line: &str) -> bool {
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

    fn reading(taken: Instant, busy_ticks: Option<u64>) -> Reading {
        Reading { taken, busy_ticks }
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
