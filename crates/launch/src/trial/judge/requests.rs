//! What the services were asked for: one request to the HTTP origin for each step of each task, one pulse
//! for each task, in the warm-up and in the run.

use protocol::Step;
use terminal::counted;

use super::claim::Claim;

/// That something else was asked for than the work does, in words.
pub(super) fn broken(claim: &Claim<'_>) -> Option<String> {
    let made = claim.bounds.requests?;
    let (per_task, what) = if claim.bounds.workload.is_paced_by_pulses() {
        (1, "pulses")
    } else {
        (requests_per_task(claim), "requests")
    };
    let (lanes, tasks) = (claim.lanes(), claim.done.tasks);
    let (warm_up, measured) = (lanes * per_task, tasks.saturating_mul(per_task));
    if made.warm_up != warm_up {
        let asked = made.warm_up;
        return Some(format!(
            "asked for {asked} {what} before `go`: {warm_up} due, with a task a lane on {}",
            counted(lanes, "lane")
        ));
    }
    (made.measured != measured).then(|| {
        let asked = made.measured;
        format!(
            "asked for {asked} {what} after `go`: {measured} due for {}",
            counted(tasks, "task")
        )
    })
}

fn requests_per_task(claim: &Claim<'_>) -> u64 {
    let steps = claim.bounds.workload.steps.iter();
    steps
        .filter(|step| matches!(step, Step::HttpGet(_)))
        .count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Case, http, stall};
    use crate::seen::Requests;

    #[test]
    fn work_that_no_service_has_seen_was_not_done() {
        type Lie = fn(&mut Case);
        let liars: [(Lie, &str); 4] = [
            (
                |c| c.requests.as_mut().unwrap().warm_up = 0,
                "asked for 0 requests before `go`: 10 due",
            ),
            (
                |c| c.requests.as_mut().unwrap().warm_up = 11,
                "10 due, with a task a lane on 5 lanes",
            ),
            (
                |c| c.requests.as_mut().unwrap().measured = 19,
                "asked for 19 requests after `go`: 20 due for 10 tasks",
            ),
            (
                |c| c.requests.as_mut().unwrap().measured = 21,
                "20 due for 10 tasks",
            ),
        ];
        for (lie, expected) in liars {
            http().refuses(lie, expected);
        }
        let skipped: Lie = |c| {
            c.requests = Some(Requests {
                warm_up: 0,
                measured: 10,
            });
        };
        stall().refuses(
            skipped,
            "asked for 0 pulses before `go`: 1 due, with a task a lane on 1 lane",
        );
    }
}
