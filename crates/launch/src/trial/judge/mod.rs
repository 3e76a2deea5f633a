//! Whether the result of a run can be true: its digest, its lanes, and every figure that it states, held
//! against what the tool saw itself and against bounds that no program can beat.

mod counts;
#[cfg(test)]
mod fixtures;
mod latencies;
mod open;
mod requests;
mod times;
mod usage;

use protocol::{Done, Ready, Workload};
use results::{Failure, Kind, Share};

use crate::seen::{Requests, Seen};

/// The relative error of a latency: histograms keep three significant digits. Clocks that are steered
/// differ by less.
const ROUNDING: f64 = 0.002;
/// The part by which times of one lane may overlap, because its clock and that of the run are not read
/// at the same moment.
const SLACK: f64 = 0.02;

/// What a run is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<'a> {
    /// The tasks and lanes that were asked for.
    pub(crate) share: Share,
    /// The work that was asked for.
    pub(crate) workload: &'a Workload,
    /// The expected digest of these tasks.
    pub(crate) expected: &'a str,
    /// What the program prints as its version, where it was asked.
    pub(crate) version: Option<&'a str>,
    /// What was asked of a service, where the work asks one that counts.
    pub(crate) requests: Option<Requests>,
}

/// What a program says of one run, and what is known of it.
#[derive(Clone, Copy, Debug)]
struct Claim<'a> {
    ready: &'a Ready,
    done: &'a Done,
    seen: &'a Seen,
    bounds: &'a Bounds<'a>,
}

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
    if let Some(text) = claim.other_work() {
        return Err(Failure::new(Kind::Impossible, text));
    }
    if done.digest != bounds.expected {
        let (digest, expected) = (&done.digest, bounds.expected);
        let text = format!("the digest is {digest:?} where {expected} is right");
        return Err(Failure::new(Kind::Differs, text));
    }
    match claim.broken_bound() {
        Some(text) => Err(Failure::new(Kind::Impossible, text)),
        None => Ok(()),
    }
}

impl Claim<'_> {
    /// That other work was done than was asked for, in words.
    fn other_work(&self) -> Option<String> {
        let Share { tasks, in_flight } = self.bounds.share;
        if self.ready.in_flight != in_flight {
            let opened = self.ready.in_flight;
            return Some(format!("opened {opened} lanes where {in_flight} were due"));
        }
        let done = self.done.tasks;
        (done != tasks).then(|| format!("did {done} tasks where {tasks} were due"))
    }

    /// The first figure that breaks a bound, in words.
    fn broken_bound(&self) -> Option<String> {
        self.other_program()
            .or_else(|| times::broken(self))
            .or_else(|| latencies::broken(self))
            .or_else(|| open::broken(self))
            .or_else(|| usage::broken(self))
            .or_else(|| counts::broken(self))
            .or_else(|| requests::broken(self))
    }

    fn other_program(&self) -> Option<String> {
        let printed = self.bounds.version?.trim();
        let said = self.ready.version.trim();
        (said != printed)
            .then(|| format!("`ready.version` is {said:?}, and `--version` prints {printed:?}"))
    }

    fn lanes(&self) -> u64 {
        self.bounds.share.in_flight
    }

    /// The time that a task waits, in nanoseconds.
    fn wait_ns(&self) -> f64 {
        self.bounds.workload.wait_per_task().as_nanos() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::fixtures::{Case, DIGEST, closed, counter, echo, http, open, stall};
    use crate::seen::Seen;

    #[test]
    fn what_can_be_true_passes() {
        for honest in [closed(), open(), http(), counter(), stall(), echo()] {
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
