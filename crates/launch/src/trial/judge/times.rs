//! Times that the program states, held against the clock of the tool and against what the work takes.

use std::time::Duration;

use protocol::{Coordination, Spread, Workload};
use terminal::{counted, duration_of};

use super::claim::{Claim, ROUNDING};

/// The resolution of a coarse clock.
const CLOCK: Duration = Duration::from_millis(1);
/// A program that measured less than half of the time until `done` must have had this much more for the
/// tool to be sure.
const UNEXPLAINED: Duration = Duration::from_secs(1);

/// The first time that cannot be true, in words.
pub(super) fn broken(claim: &Claim<'_>) -> Option<String> {
    until_ready(claim)
        .or_else(|| warm_up(claim))
        .or_else(|| until_done(claim))
        .or_else(|| too_short(claim))
        .or_else(|| unexplained(claim))
}

/// The program states parts of the time that the tool waited for `ready`.
fn until_ready(claim: &Claim<'_>) -> Option<String> {
    let ready = claim.ready;
    let parts = ready
        .start_ns
        .saturating_add(ready.connect_ns)
        .saturating_add(ready.warm_up_ns);
    let seen = claim.seen.clock?.until_ready;
    (parts as f64 > most(seen)).then(|| {
        let (parts, seen) = (duration_of(parts), in_words(seen));
        format!("start, connecting and warm-up took {parts}, and `ready` came after {seen}")
    })
}

/// Each lane does a task before `ready`.
fn warm_up(claim: &Claim<'_>) -> Option<String> {
    let stated = claim.ready.warm_up_ns;
    ((stated as f64) < claim.wait_ns() * (1.0 - ROUNDING)).then(|| {
        let wait = protocol::format_duration(claim.bounds.workload.wait_per_task());
        let stated = duration_of(stated);
        format!("a warm-up of {stated}, in which each lane does a task that waits {wait}")
    })
}

fn until_done(claim: &Claim<'_>) -> Option<String> {
    let done = claim.done;
    if done.elapsed_ns == 0 {
        return Some("`elapsed_ns` is 0".to_owned());
    }
    let stated = done.elapsed_ns.saturating_add(done.shut_down_ns);
    let seen = claim.seen.clock?.until_done;
    (stated as f64 > most(seen)).then(|| {
        let (elapsed, shut_down) = (duration_of(done.elapsed_ns), duration_of(done.shut_down_ns));
        let seen = in_words(seen);
        format!("the run took {elapsed} and shutting down {shut_down}, and `done` came {seen} after `go`")
    })
}

/// The time that the work takes at least.
fn too_short(claim: &Claim<'_>) -> Option<String> {
    let (done, elapsed) = (claim.done, claim.done.elapsed_ns as f64);
    let lanes = claim.lanes();
    let waiting = done.tasks as f64 * claim.wait_ns() / lanes as f64;
    if elapsed < waiting * (1.0 - ROUNDING) {
        let wait = protocol::format_duration(claim.bounds.workload.wait_per_task());
        let (tasks, elapsed) = (done.tasks, duration_of(done.elapsed_ns));
        return Some(format!(
            "{}, each waiting {wait}, {lanes} at once, in {elapsed}",
            counted(tasks, "task")
        ));
    }
    let paced = paced_ns(claim.bounds.workload, done.tasks);
    (elapsed < paced * (1.0 - ROUNDING)).then(|| {
        let (paced, elapsed) = (duration_of(paced as u64), duration_of(done.elapsed_ns));
        format!("{elapsed} for tasks that come over {paced}")
    })
}

/// The time over which tasks come that the model cannot hasten, in nanoseconds: those of a rate, or
/// pulses of the service.
fn paced_ns(workload: &Workload, tasks: u64) -> f64 {
    // The first comes at once.
    let intervals = tasks.saturating_sub(1) as f64;
    if let (Some(rate), Spread::Uniform) = (workload.rate, workload.arrivals) {
        let last = intervals * 1e9 / rate.per_second() as f64;
        return last + workload.wait_per_task().as_nanos() as f64;
    }
    match &workload.coordination {
        Some(Coordination::Stall(stall)) => intervals * stall.period.as_nanos() as f64,
        Some(Coordination::Echo(echo)) => tasks as f64 * echo.think.as_nanos() as f64,
        _ => 0.0,
    }
}

/// Most of the time until `done` is no part of what the program states. At barriers it is the tool that
/// takes time.
fn unexplained(claim: &Claim<'_>) -> Option<String> {
    let (done, seen) = (claim.done, claim.seen.clock?.until_done);
    let stated = Duration::from_nanos(done.elapsed_ns.saturating_add(done.shut_down_ns));
    let rest = seen.saturating_sub(stated);
    (claim.seen.barrier.is_none() && rest > stated && rest > UNEXPLAINED).then(|| {
        let (elapsed, seen) = (duration_of(done.elapsed_ns), in_words(seen));
        format!("the run took {elapsed}, and `done` came {seen} after `go`")
    })
}

/// The most that the program's clock can show where the tool's shows this, in nanoseconds.
fn most(seen: Duration) -> f64 {
    seen.as_nanos() as f64 * (1.0 + ROUNDING) + CLOCK.as_nanos() as f64
}

fn in_words(time: Duration) -> String {
    duration_of(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Case, MS, closed, echo, http, open, stall};
    use super::*;

    type Lie = fn(&mut Case);

    #[test]
    fn a_time_beyond_the_tools_clock_is_a_lie() {
        let liars: [(Lie, &str); 8] = [
            (|c| c.ready.start_ns *= 1000, "`ready` came after 40.0 ms"),
            (
                |c| c.ready.connect_ns *= 1000,
                "connecting and warm-up took 5.03 s, and",
            ),
            (
                |c| c.ready.warm_up_ns *= 1000,
                "start, connecting and warm-up took 20.0 s",
            ),
            (
                |c| c.ready.start_ns = u64::MAX,
                "start, connecting and warm-up took",
            ),
            (|c| c.done.elapsed_ns *= 1000, "the run took 41.0 s and"),
            (
                |c| c.done.elapsed_ns = 47 * MS,
                "`done` came 45.0 ms after `go`",
            ),
            (
                |c| c.done.shut_down_ns *= 1000,
                "and shutting down 1.00 s, and",
            ),
            (|c| c.done.shut_down_ns = u64::MAX, "and shutting down"),
        ];
        for (lie, expected) in liars {
            closed().refuses(lie, expected);
        }
    }

    #[test]
    fn a_time_that_the_work_does_not_allow_is_a_lie() {
        closed().refuses(|c| c.done.elapsed_ns = 0, "`elapsed_ns` is 0");
        let short: Lie = |c| c.done.elapsed_ns = 39 * MS;
        closed().refuses(short, "10 tasks, each waiting 20ms, 5 at once, in 39.0 ms");
        let short: Lie = |c| c.ready.warm_up_ns = 19 * MS;
        for case in [closed(), http(), open()] {
            case.refuses(
                short,
                "a warm-up of 19.0 ms, in which each lane does a task that waits 20ms",
            );
        }
        // The last of ten comes after 18 ms and then waits 20 ms; 40 ms is two times that wait.
        let slow: Lie = |c| {
            c.share.in_flight = 10;
            c.ready.in_flight = 10;
            c.done.elapsed_ns = 37 * MS;
        };
        open().refuses(slow, "37.0 ms for tasks that come over 38.0 ms");
        stall().refuses(
            |c| c.done.elapsed_ns = 35 * MS,
            "35.0 ms for tasks that come over 36.0 ms",
        );
        echo().refuses(
            |c| c.done.elapsed_ns = 39 * MS,
            "39.0 ms for tasks that come over 40.0 ms",
        );
    }

    #[test]
    fn a_long_run_that_is_told_as_a_short_one_is_a_lie() {
        let long: Lie = |c| {
            c.clock().until_done = Duration::from_secs(10);
            c.clock().until_end = Duration::from_secs(10);
            c.seen.barrier = None;
        };
        closed().refuses(
            long,
            "the run took 41.0 ms, and `done` came 10.0 s after `go`",
        );
        closed().believes(|c| {
            c.clock().until_done = Duration::from_secs(10);
            c.clock().until_end = Duration::from_secs(10);
            c.done.shut_down_ns = 9_000 * MS;
        });
        // The tool reads memory at barriers, and a busy machine lets a program wait.
        closed().believes(|c| c.clock().until_done = Duration::from_secs(10));
        closed().believes(|c| {
            c.clock().until_done = Duration::from_millis(900);
            c.seen.barrier = None;
        });
    }
}
