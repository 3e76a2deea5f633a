//! Whether the result of a run can be true: its digest, its lanes, and every figure that it states, held
//! against what the tool saw itself and against bounds that no program can beat.

use terminal::counted;

mod claim;
mod counts;
#[cfg(test)]
mod fixtures;
mod latencies;
mod open;
mod requests;
mod times;
mod usage;

use protocol::{Done, Ready};
use results::{Failure, Kind, Share};

use self::claim::Claim;
use crate::seen::Seen;

pub(crate) use self::claim::Bounds;

/// Holds the result of a run against its bounds.
///
/// # Errors
///
/// The first thing that is wrong: `Kind::Differs` for a wrong digest, else `Kind::Impossible`.
pub(crate) fn judge(
    ready: &Ready,
    done: &Done,
    seen: &Seen,
    bounds: &Bounds<'_>,
) -> Result<(), Failure> {
    let claim = Claim {
        ready,
        done,
        seen,
        bounds,
    };
    if let Some(text) = other_work(&claim) {
        return Err(Failure::new(Kind::Impossible, text));
    }
    if done.digest != bounds.expected {
        let (digest, expected) = (&done.digest, bounds.expected);
        let text = format!("the digest is {digest:?} where {expected} is right");
        return Err(Failure::new(Kind::Differs, text));
    }
    match broken_bound(&claim) {
        Some(text) => Err(Failure::new(Kind::Impossible, text)),
        None => Ok(()),
    }
}

/// That other work was done than was asked for, in words.
fn other_work(claim: &Claim<'_>) -> Option<String> {
    let Share { tasks, in_flight } = claim.bounds.share;
    if claim.ready.in_flight != in_flight {
        let opened = claim.ready.in_flight;
        return Some(format!(
            "opened {} where {in_flight} were due",
            counted(opened, "lane")
        ));
    }
    let done = claim.done.tasks;
    (done != tasks).then(|| format!("did {} where {tasks} were due", counted(done, "task")))
}

/// The first figure that breaks a bound, in words.
fn broken_bound(claim: &Claim<'_>) -> Option<String> {
    other_program(claim)
        .or_else(|| times::broken(claim))
        .or_else(|| latencies::broken(claim))
        .or_else(|| open::broken(claim))
        .or_else(|| usage::broken(claim))
        .or_else(|| counts::broken(claim))
        .or_else(|| requests::broken(claim))
}

fn other_program(claim: &Claim<'_>) -> Option<String> {
    let printed = claim.bounds.version?.trim();
    let said = claim.ready.version.trim();
    (said != printed)
        .then(|| format!("`ready.version` is {said:?}, and `--version` prints {printed:?}"))
}

#[cfg(test)]
mod tests {
    use super::fixtures::{Case, DIGEST, closed, counter, echo, http, open, spanning, stall};
    use crate::seen::Seen;

    #[test]
    fn what_can_be_true_passes() {
        for honest in [
            closed(),
            open(),
            http(),
            counter(),
            stall(),
            echo(),
            spanning(),
        ] {
            assert_eq!(honest.problem(), "", "{:?}", honest.workload);
            honest.believes(|case| case.seen = Seen::default());
        }
    }

    #[test]
    fn other_work_is_no_result() {
        type Lie = fn(&mut Case);
        let liars: [(Lie, &str); 5] = [
            (|c| c.ready.in_flight = 4, "opened 4 lanes where 5 were due"),
            (|c| c.done.tasks = 9, "did 9 tasks where 10 were due"),
            (
                |c| c.done.digest = "x".to_owned(),
                "the digest is \"x\" where",
            ),
            (|c| c.done.digest = DIGEST.to_uppercase(), "the digest is"),
            (
                |c| c.ready.version = "mine 2".to_owned(),
                "`ready.version` is \"mine 2\", and `--version` prints \"mine 1\"",
            ),
        ];
        for (lie, expected) in liars {
            closed().refuses(lie, expected);
        }
    }
}
