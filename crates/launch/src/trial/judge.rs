//! Whether the result of a run can be true: its digest, its lanes, and bounds that no program can beat,
//! such as the time that each task waits and Little's law.

use std::time::Duration;

use protocol::{Done, Ready};
use results::{Failure, Kind, Share};
use terminal::duration_of;

/// The relative error of a latency: histograms keep three significant digits.
const ROUNDING: f64 = 0.002;
/// The part by which the latencies of one lane may overlap, because its clock and that of the run are
/// not read at the same moment.
const SLACK: f64 = 0.02;

/// What a run is held against.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// The tasks and lanes that were asked for.
    pub share: Share,
    /// The shortest time that a task can take.
    pub wait: Duration,
    /// Whether the latencies of two tasks may overlap on one lane, as the lateness of pulses does.
    pub overlap: bool,
    /// The expected digest of these tasks.
    pub expected: &'a str,
}

/// Holds the result of a run against its bounds.
///
/// # Errors
///
/// The first thing that is wrong: `Kind::Differs` for a wrong digest, else `Kind::Impossible`.
pub fn judge(ready: &Ready, done: &Done, bounds: &Bounds<'_>) -> Result<(), Failure> {
    let Share { tasks, in_flight } = bounds.share;
    if ready.in_flight != in_flight {
        let opened = ready.in_flight;
        return impossible(format!("opened {opened} lanes where {in_flight} were due"));
    }
    if done.tasks != tasks {
        return impossible(format!("did {} tasks where {tasks} were due", done.tasks));
    }
    if done.digest != bounds.expected {
        let (digest, expected) = (&done.digest, bounds.expected);
        let text = format!("the digest is {digest:?} where {expected} is right");
        return Err(Failure::new(Kind::Differs, text));
    }
    match broken_bound(done, bounds) {
        Some(text) => impossible(format!("impossible figure: {text}")),
        None => Ok(()),
    }
}

fn impossible(text: String) -> Result<(), Failure> {
    Err(Failure::new(Kind::Impossible, text))
}

/// The first figure that breaks a bound, in words.
fn broken_bound(done: &Done, bounds: &Bounds<'_>) -> Option<String> {
    let counted: u64 = done
        .latency
        .iter()
        // Counts come from the program, so that their sum may be too large for the type.
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
        // Little's law holds for a closed loop only. A latency of an open loop contains the wait for a
        // free lane, and one stalled reader makes many pulses late at once.
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
