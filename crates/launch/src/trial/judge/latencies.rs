//! The latencies of a run: their form, their number, the shortest and the longest that can be, and
//! Little's law.

use terminal::{counted, duration_of};

use super::claim::{Claim, ROUNDING, SLACK};

/// Nanoseconds by which two readings of a clock may be apart where a run takes hardly longer.
const READING_NS: f64 = 1000.0;

/// What is wrong with the latencies, in words.
pub(super) fn broken(claim: &Claim<'_>) -> Option<String> {
    form(&claim.done.latency)
        .or_else(|| number(claim))
        .or_else(|| shortest(claim))
        .or_else(|| longest(claim))
        .or_else(|| littles_law(claim))
}

/// Pairs of a latency and its count: both positive, the latencies ascending.
fn form(latency: &[(u64, u64)]) -> Option<String> {
    if latency.iter().any(|(nanos, _)| *nanos == 0) {
        return Some("a latency of 0 ns".to_owned());
    }
    if let Some((nanos, _)) = latency.iter().find(|(_, count)| *count == 0) {
        return Some(format!(
            "no task with a latency of {nanos} ns, which is listed"
        ));
    }
    let descending = latency.windows(2).find(|pair| pair[0].0 >= pair[1].0)?;
    let (before, after) = (descending[0].0, descending[1].0);
    Some(format!(
        "latencies are to ascend: {after} ns comes after {before} ns"
    ))
}

fn number(claim: &Claim<'_>) -> Option<String> {
    let counts = claim.done.latency.iter().map(|(_, count)| *count);
    // Counts come from the program, so that their sum may be too large for the type.
    let latencies = counts.fold(0, u64::saturating_add);
    let tasks = claim.done.tasks;
    (latencies != tasks).then(|| {
        format!(
            "{} of {}",
            counted(latencies, "latency"),
            counted(tasks, "task")
        )
    })
}

/// No task is faster than what it waits for.
fn shortest(claim: &Claim<'_>) -> Option<String> {
    // How late a wait ended can be less than the wait.
    if claim.bounds.workload.measures_lateness() {
        return None;
    }
    let least = claim.done.latency.first()?.0;
    ((least as f64) < claim.wait_ns() * (1.0 - ROUNDING)).then(|| {
        let wait = protocol::format_duration(claim.bounds.workload.wait_per_task());
        format!(
            "a latency of {}, and each task waits {wait}",
            duration_of(least)
        )
    })
}

/// A task begins after `go`, in an open loop too, and has ended by the end of the run.
fn longest(claim: &Claim<'_>) -> Option<String> {
    let most = claim.done.latency.last()?.0;
    (most as f64 > slackened(claim.done.elapsed_ns)).then(|| {
        let (most, elapsed) = (duration_of(most), duration_of(claim.done.elapsed_ns));
        format!("a latency of {most} in a run of {elapsed}")
    })
}

fn littles_law(claim: &Claim<'_>) -> Option<String> {
    let workload = claim.bounds.workload;
    // Little's law holds for a closed loop only. A latency of an open loop contains the wait for a
    // free lane, and one stalled reader makes many pulses late at once.
    if workload.rate.is_some() || workload.is_paced_by_pulses() {
        return None;
    }
    let latency = claim.done.latency.iter();
    let total: f64 = latency
        .map(|(nanos, count)| *nanos as f64 * *count as f64)
        .sum();
    let lanes = claim.lanes();
    (total > lanes as f64 * slackened(claim.done.elapsed_ns)).then(|| {
        let busy = total / claim.done.elapsed_ns as f64;
        format!("{busy:.1} tasks at once on average (Little's law), with {lanes} lanes")
    })
}

/// The longest that a lane can have been busy in a run of this length.
fn slackened(elapsed_ns: u64) -> f64 {
    elapsed_ns as f64 * (1.0 + SLACK) * (1.0 + ROUNDING) + READING_NS
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Case, MS, closed, counter, echo, http, late, open, stall};

    type Lie = fn(&mut Case);

    #[test]
    fn how_late_a_wait_ended_may_be_less_than_the_wait() {
        late().believes(|c| c.done.latency = vec![(1, 10)]);
        late().refuses(
            |c| c.done.latency = vec![(22 * MS, 10)],
            "5.4 tasks at once on average",
        );
    }

    #[test]
    fn latencies_that_cannot_be_are_a_lie() {
        let liars: [(Lie, &str); 9] = [
            (|c| c.done.latency = vec![(0, 10)], "a latency of 0 ns"),
            (|c| c.done.latency.insert(0, (0, 0)), "a latency of 0 ns"),
            (
                |c| c.done.latency.insert(1, (20 * MS + 1, 0)),
                "which is listed",
            ),
            (
                |c| c.done.latency.reverse(),
                "20000000 ns comes after 20500000 ns",
            ),
            (
                |c| c.done.latency = vec![(20 * MS, 5), (20 * MS, 5)],
                "are to ascend",
            ),
            (|c| c.done.latency = vec![(20 * MS, 9)], "9 latencies of 10"),
            (|c| c.done.latency = Vec::new(), "0 latencies of 10"),
            (
                |c| c.done.latency[0].0 = 19 * MS,
                "19.0 ms, and each task waits 20ms",
            ),
            (
                |c| c.done.latency = vec![(22 * MS, 10)],
                "5.4 tasks at once on average",
            ),
        ];
        for (lie, expected) in liars {
            closed().refuses(lie, expected);
        }
        let long: Lie = |c| c.done.latency = vec![(20 * MS, 9), (50 * MS, 1)];
        for case in [closed(), http(), open(), counter(), echo()] {
            case.refuses(long, "a latency of 50.0 ms in a run of 41.0 ms");
        }
    }

    #[test]
    fn pulses_may_be_late_together_and_arrivals_wait_for_a_lane() {
        stall().believes(|c| c.done.latency = vec![(40 * MS, 10)]);
        open().believes(|c| {
            c.done.latency = vec![(20 * MS, 1), (40 * MS, 9)];
            c.done.open.as_mut().unwrap().completed_in_time = 1;
        });
    }

    #[test]
    fn absurd_numbers_do_no_harm() {
        closed().refuses(|c| c.done.latency = vec![(u64::MAX, 10)], "a latency of");
        let counts: Lie = |c| c.done.latency = vec![(1, u64::MAX), (2, u64::MAX)];
        closed().refuses(counts, "latencies of");
    }
}
