//! What an open loop states of its punctuality: exactly where there is one, and within what its latencies
//! allow.

use protocol::OpenLoop;
use terminal::counted;

use super::claim::{Claim, ROUNDING};

/// Nanoseconds beyond which a start or a hand-over is late, and within which a task is in time.
const LATE_NS: f64 = 1e6;

/// What is wrong with `open`, in words.
pub(super) fn broken(claim: &Claim<'_>) -> Option<String> {
    match (&claim.done.open, claim.bounds.workload.rate) {
        (None, None) => None,
        (Some(_), None) => Some("`open` is stated, and the work has no rate".to_owned()),
        (None, Some(rate)) => Some(format!("`open` is null, and the work has a rate of {rate}")),
        (Some(open), Some(_)) => out_of_bounds(claim, open),
    }
}

fn out_of_bounds(claim: &Claim<'_>, open: &OpenLoop) -> Option<String> {
    let tasks = claim.done.tasks;
    // A task that is handed over late starts late, and then takes that much longer than it waits.
    let may_be_late = tasks - within(claim, claim.wait_ns() * (1.0 - ROUNDING) + LATE_NS);
    // Whatever takes no longer than this has ended in time, whenever it came.
    let surely_in_time = within(claim, claim.wait_ns() + LATE_NS);
    let late = open.late_starts;
    [
        (
            late > tasks,
            format!(
                "{} of {}",
                counted(late, "late start"),
                counted(tasks, "task")
            ),
        ),
        (
            late > may_be_late,
            format!(
                "{}, and {} took so long",
                counted(late, "late start"),
                counted(may_be_late, "task")
            ),
        ),
        (
            open.generator_late > late,
            format!(
                "{} handed over late, and {late} started late",
                counted(open.generator_late, "task")
            ),
        ),
        (
            open.completed_in_time > tasks,
            format!(
                "{} of {} completed in time",
                open.completed_in_time,
                counted(tasks, "task")
            ),
        ),
        (
            open.completed_in_time < surely_in_time,
            format!(
                "{} completed in time, and {surely_in_time} took no longer than they wait",
                counted(open.completed_in_time, "task")
            ),
        ),
    ]
    .into_iter()
    .find_map(|(is_broken, text)| is_broken.then_some(text))
}

/// The number of tasks with at most this latency. Their sum is that of all tasks.
fn within(claim: &Claim<'_>, nanos: f64) -> u64 {
    let latency = claim.done.latency.iter();
    latency
        .filter(|(latency, _)| *latency as f64 <= nanos)
        .map(|(_, count)| count)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Case, closed, counter, http, open};
    use protocol::OpenLoop;

    type Lie = fn(&mut Case);

    fn of(case: &mut Case) -> &mut OpenLoop {
        case.done.open.as_mut().unwrap()
    }

    #[test]
    fn an_open_loop_is_stated_exactly_where_there_is_one() {
        open().refuses(
            |c| c.done.open = None,
            "`open` is null, and the work has a rate of 500/s",
        );
        let lie: Lie = |c| c.done.open = open().done.open;
        for case in [closed(), http(), counter()] {
            case.refuses(lie, "`open` is stated, and the work has no rate");
        }
    }

    #[test]
    fn punctuality_beyond_the_tasks_or_against_their_latencies_is_a_lie() {
        let liars: [(Lie, &str); 6] = [
            (|c| of(c).late_starts = 11, "11 late starts of 10 tasks"),
            (
                |c| of(c).late_starts = 3,
                "3 late starts, and 2 tasks took so long",
            ),
            (
                |c| of(c).generator_late = 11,
                "11 tasks handed over late, and 2 started late",
            ),
            (
                |c| of(c).generator_late = 3,
                "3 tasks handed over late, and 2 started late",
            ),
            (
                |c| of(c).completed_in_time = 11,
                "11 of 10 tasks completed in time",
            ),
            (
                |c| of(c).completed_in_time = 7,
                "7 tasks completed in time, and 8 took",
            ),
        ];
        for (lie, expected) in liars {
            open().refuses(lie, expected);
        }
    }
}
