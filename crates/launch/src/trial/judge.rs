//! Whether what a run says can be true: its answer, its lanes, and the bounds that physics sets.
//! Pure.

use std::time::Duration;

use protocol::{Done, Ready};

use results::{Failure, Kind, Share};
use terminal::duration_of;

/// Histograms keep three digits, so a latency may be off by this part of itself.
const ROUNDING: f64 = 0.002;
/// Latencies may overlap by this much where a lane's clock is read apart from the run's.
const SLACK: f64 = 0.02;

/// What a run is held against.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    pub share: Share,
    /// What a task cannot be faster than.
    pub wait: Duration,
    /// Whether what is measured of two tasks may overlap on one lane, as the lateness of pulses does.
    pub overlap: bool,
    /// The right digest of these tasks.
    pub expected: &'a str,
}

/// The first thing that is wrong with a run.
pub fn judge(ready: &Ready, done: &Done, bounds: &Bounds<'_>) -> Result<(), Failure> {
    let impossible = |text: String| Err(Failure::new(Kind::Impossible, text));
    let Share { tasks, in_flight } = bounds.share;
    if ready.in_flight != in_flight {
        let found = ready.in_flight;
        return impossible(format!("opened {found} lanes where {in_flight} were due"));
    }
    if done.tasks != tasks {
        return impossible(format!("did {} tasks where {tasks} were due", done.tasks));
    }
    if done.digest != bounds.expected {
        let (found, expected) = (&done.digest, bounds.expected);
        let text = format!("the digest is {found:?} where {expected} is right");
        return Err(Failure::new(Kind::Differs, text));
    }
    match broken_bound(done, bounds) {
        Some(text) => impossible(format!("impossible figure: {text}")),
        None => Ok(()),
    }
}

fn broken_bound(done: &Done, bounds: &Bounds<'_>) -> Option<String> {
    let counted: u64 = done
        .latency
        .iter()
        .fold(0, |sum, (_, count)| sum.saturating_add(*count));
    if counted != done.tasks {
        return Some(format!("{counted} latencies of {} tasks", done.tasks));
    }
    if done.elapsed_ns == 0 {
        return Some("no time at all".to_owned());
    }
    let wait = bounds.wait.as_nanos() as f64;
    let least = done.latency.iter().map(|(nanos, _)| *nanos).min()?;
    if (least as f64) < wait * (1.0 - ROUNDING) {
        let (least, wait) = (duration_of(least), protocol::format_duration(bounds.wait));
        return Some(format!("a latency of {least}, and each task waits {wait}"));
    }
    let elapsed = done.elapsed_ns as f64;
    let lanes = bounds.share.in_flight as f64;
    let least_elapsed = done.tasks as f64 * wait / lanes * (1.0 - ROUNDING);
    if elapsed < least_elapsed {
        let (elapsed, wait) = (
            duration_of(done.elapsed_ns),
            protocol::format_duration(bounds.wait),
        );
        let (tasks, lanes) = (done.tasks, bounds.share.in_flight);
        return Some(format!(
            "{tasks} tasks that wait {wait}, {lanes} at once, in {elapsed}"
        ));
    }
    if done.open.is_some() || bounds.overlap {
        // Latencies of an open loop count the wait for a lane; one late reader finds many pulses late.
        return None;
    }
    let total: f64 = done
        .latency
        .iter()
        .map(|(nanos, count)| *nanos as f64 * *count as f64)
        .sum();
    let most = lanes * elapsed * (1.0 + SLACK) * (1.0 + ROUNDING);
    (total > most).then(|| {
        let busy = total / elapsed;
        format!("{busy:.1} tasks at once on average (Little's law), with {lanes} lanes")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ContextSwitches;

    fn ready(in_flight: u64) -> Ready {
        Ready {
            protocol: 1,
            version: "mine 1".to_owned(),
            in_flight,
            start_ns: 0,
            connect_ns: 0,
            warm_up_ns: 0,
            knobs: Default::default(),
        }
    }

    fn done(elapsed_ms: u64, latency_ms: u64) -> Done {
        Done {
            tasks: 10,
            digest: "00000000000000aa".to_owned(),
            elapsed_ns: elapsed_ms * 1_000_000,
            latency: vec![(latency_ms * 1_000_000, 10)],
            cpu_ns: 1,
            switches: ContextSwitches::default(),
            vm_hwm_bytes: None,
            threads: 1,
            processes: 1,
            alive_at_once: None,
            run_queue_wait_ns: None,
            counts: Default::default(),
            open: None,
            shut_down_ns: 0,
        }
    }

    fn problem(ready: &Ready, done: &Done) -> String {
        let share = Share {
            tasks: 10,
            in_flight: 5,
        };
        let wait = Duration::from_millis(20);
        let bounds = Bounds {
            share,
            wait,
            overlap: false,
            expected: "00000000000000aa",
        };
        judge(ready, done, &bounds).map_or_else(|failure| failure.to_string(), |()| String::new())
    }

    #[test]
    fn what_can_be_true_passes() {
        assert_eq!(problem(&ready(5), &done(41, 20)), "");
        assert_eq!(problem(&ready(5), &done(42, 21)), "");
    }

    #[test]
    fn each_bound_is_checked() {
        let cases = [
            (ready(4), done(41, 20), "opened 4 lanes where 5"),
            (
                ready(5),
                Done {
                    tasks: 9,
                    ..done(41, 20)
                },
                "did 9 tasks where 10",
            ),
            (
                ready(5),
                Done {
                    digest: "x".to_owned(),
                    ..done(41, 20)
                },
                "the digest is \"x\"",
            ),
            (
                ready(5),
                done(41, 19),
                "a latency of 19.0 ms, and each task waits 20ms",
            ),
            (
                ready(5),
                done(39, 20),
                "10 tasks that wait 20ms, 5 at once, in 39.0 ms",
            ),
            (ready(5), done(41, 22), "5.4 tasks at once on average"),
            (
                ready(5),
                Done {
                    latency: vec![(20_000_000, 9)],
                    ..done(41, 20)
                },
                "9 latencies of 10",
            ),
            (ready(5), done(0, 20), "no time at all"),
        ];
        for (ready, done, expected) in cases {
            let problem = problem(&ready, &done);
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn pulses_may_be_late_together() {
        let (tasks, in_flight) = (10, 1);
        let bounds = Bounds {
            share: Share { tasks, in_flight },
            wait: Duration::ZERO,
            overlap: true,
            expected: "00000000000000aa",
        };
        // Ten heartbeats, all of them read after a stall of 10 ms, within 15 ms.
        assert!(judge(&ready(1), &done(15, 10), &bounds).is_ok());
        let bounds = Bounds {
            overlap: false,
            ..bounds
        };
        assert!(judge(&ready(1), &done(15, 10), &bounds).is_err());
    }

    #[test]
    fn absurd_numbers_do_no_harm() {
        let absurd = Done {
            latency: vec![(u64::MAX, 10)],
            ..done(41, 20)
        };
        assert!(problem(&ready(5), &absurd).contains("impossible figure"));
        let counts = vec![(1, u64::MAX), (1, u64::MAX)];
        let absurd = Done {
            latency: counts,
            elapsed_ns: u64::MAX,
            ..done(41, 20)
        };
        assert!(problem(&ready(5), &absurd).contains("latencies of"));
    }
}
