//! What a search came to: the rate whose confirmation kept the condition, the lowest one that failed, and what limited
//! the variant between them.

use results::{Failure, percentile};

use crate::condition::Until;
use crate::figures::Figures;
use crate::find::{Level, Trail};
use crate::limit::{Limit, Setting, busy_words, limit_of_failure, limit_of_run};
use crate::plan::Plan;
use crate::search::Outcome;

/// What is known of one variant at one workload.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    /// The highest rate whose confirmation kept the condition; nothing else is a result.
    pub(crate) held: Option<&'a Level>,
    /// The lowest rate above it that did not hold.
    pub(crate) failed: Option<&'a Level>,
    /// What limited the variant, and the figures that show it; `None` where the search was stopped before it was known.
    pub(crate) limit: Option<(Limit, String)>,
    /// The failure for which there is no result.
    pub(crate) failure: Option<&'a Failure>,
    /// The highest rate that held in short runs only, where the search was stopped before a confirmation.
    pub(crate) unconfirmed: Option<&'a Level>,
    /// Whether the search came to its end.
    pub(crate) is_whole: bool,
}

impl Finding<'_> {
    /// Whether the variant itself might do more than was found.
    pub(crate) fn is_at_least(&self) -> bool {
        self.limit
            .as_ref()
            .is_some_and(|(limit, _)| limit.is_of_others())
    }
}

/// What a trail comes to.
pub(crate) fn finding<'a>(
    trail: &'a Trail,
    until: &Until,
    plan: &Plan,
    setting: &Setting,
) -> Finding<'a> {
    let held = highest(trail, |level| level.is_confirmation);
    let unconfirmed = match held {
        Some(_) => None,
        None if trail.is_whole => None,
        None => highest(trail, |_| true),
    };
    let above = held.or(unconfirmed).map_or(0, |level| level.asked.rate);
    let failed = lowest_failed(trail, above);
    Finding {
        held,
        failed,
        limit: limit(trail, until, plan, setting, (held, failed)),
        failure: trail.failure.as_ref(),
        unconfirmed,
        is_whole: trail.is_whole,
    }
}

fn highest(trail: &Trail, counts: fn(&Level) -> bool) -> Option<&Level> {
    let held = trail
        .levels
        .iter()
        .filter(|level| level.outcome == Outcome::Held && counts(level));
    held.max_by_key(|level| level.asked.rate)
}

fn lowest_failed(trail: &Trail, above: u64) -> Option<&Level> {
    let failed = trail
        .levels
        .iter()
        .filter(|level| level.outcome != Outcome::Held && level.asked.rate > above);
    failed.min_by_key(|level| level.asked.rate)
}

fn limit(
    trail: &Trail,
    until: &Until,
    plan: &Plan,
    setting: &Setting,
    (held, failed): (Option<&Level>, Option<&Level>),
) -> Option<(Limit, String)> {
    if !trail.is_whole {
        return None;
    }
    if let Some(failure) = &trail.failure {
        return Some(limit_of_failure(failure));
    }
    match (held, failed) {
        (None, Some(level)) => Some(match &level.run {
            Ok(run) if run.is_generator_late() => limit_of_run(run, None, setting),
            Ok(run) => (
                Limit::OneTask,
                format!("{} at {}/s", until.figures(run), run.rate),
            ),
            Err(failure) => limit_of_failure(failure),
        }),
        (Some(_), Some(level)) => Some(match &level.run {
            Ok(run) => limit_of_run(run, alone_ns(trail), setting),
            Err(failure) => limit_of_failure(failure),
        }),
        (Some(level), None) => level.run.as_ref().ok().map(|run| {
            let words = format!(
                "no more than {}/s is tried; {}",
                plan.most,
                busy_words(run, setting)
            );
            (Limit::HighestRate, words)
        }),
        (None, None) => None,
    }
}

/// The lowest median of any run: the latency of a task that meets nobody.
fn alone_ns(trail: &Trail) -> Option<u64> {
    let runs = trail
        .levels
        .iter()
        .filter_map(|level| level.run.as_ref().ok());
    runs.filter_map(|run: &Figures| percentile(&run.latency, 0.5))
        .min()
}
